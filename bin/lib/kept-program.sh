# Sourced by bin/run: the supervisor as an earlier start has unpacked it, with the AOT cache made of it.

# kept_program FOLDER JAR: sets KEPT_PROGRAM and KEPT_CACHE, where the folder has them for just this jar. Both are code: only
# what this user alone can write counts.
kept_program() {
  KEPT_PROGRAM= KEPT_CACHE=
  local folder=$1 jar=$2 of program cache
  [ -O "$folder" ] && [ -O "$folder/program" ] && [ "$(stat -c %a -- "$folder")" = 700 ] || return 0
  { IFS= read -r of && IFS= read -r program && IFS= read -r cache; } <"$folder/program" || return 0
  if [ "$of" = "$(stat -Lc '%s %Y' -- "$jar")" ] && [ -O "$program" ] && [ -O "$cache" ]; then
    KEPT_PROGRAM=$program KEPT_CACHE=$cache
  fi
}
