# Sourced by bin/sallyport: the AOT cache (JEP 514) with which the JVM starts the command faster.

# start_cache JAR: sets START_CACHE to the cache for this jar, its libraries and this JDK. Where there is none yet it is
# left empty, and one is made in the background. SALLYPORT_START_CACHE names another folder, or is "off".
start_cache() {
  START_CACHE=
  local jar=$1 folder=${SALLYPORT_START_CACHE:-} seen mode made name cache
  [ "$folder" = off ] && return 0
  if [ -z "$folder" ]; then
    folder=${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/sallyport
  fi
  command -v stat >/dev/null 2>&1 || return 0
  # One program answers all: whose the folder is, and what the cache was made of. Every other one would cost as much.
  seen=$(stat -Lc '%a %s %y %n' -- "$folder" "$jar" "${jar%/*}"/lib/* "$JAVA_HOME/release" 2>/dev/null) || :
  name=${jar//[!A-Za-z0-9]/-}
  [ "${#name}" -le 150 ] || name=${name: -150}
  cache=$folder/command$name.aot
  if [ -d "$folder" ]; then
    mode=${seen%% *}
    seen=${seen#*$'\n'}
    # What the JVM maps is code: only what is ours, in a folder that nobody else writes to.
    if [ -O "$cache" ] && [ -O "$folder" ] && ! writable_for_others "$mode" && made=$(<"$cache.of") &&
      [ "$made" = "$seen" ]; then
      START_CACHE=$cache
      return 0
    fi
  fi
  make_start_cache "$jar" "$cache" "$folder" "$seen" </dev/null >/dev/null 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
}

# writable_for_others MODE: whether the octal mode lets the group or others write.
writable_for_others() {
  case $1 in *[2367] | *[2367]?) return 0 ;; esac
  return 1
}

own_folder() {
  [ -O "$1" ] && ! writable_for_others "$(stat -Lc %a -- "$1")"
}

# A start that finds another one making the cache leaves it to that. Whoever makes it writes under another name, so that
# nobody ever sees half of one. A folder that cannot be written leaves everything as it is.
make_start_cache() {
  local jar=$1 cache=$2 folder=$3 seen=$4 fleet
  (umask 077 && mkdir -p "$folder") || return 0
  own_folder "$folder" || return 0
  # One that was killed has left its mark: after ten minutes it counts no more.
  [ -z "$(find "$cache.making" -prune -mmin +10 2>/dev/null)" ] || rmdir "$cache.making"
  mkdir "$cache.making" || return 0
  fleet=$(mktemp -d)
  if nice -n 15 "$JAVA_HOME/bin/java" -XX:+UseSerialGC -jar "$jar" ca init "$fleet/fleet" &&
    nice -n 15 "$JAVA_HOME/bin/java" -XX:AOTCacheOutput="$cache.new" -XX:+UseSerialGC -Xlog:disable \
      --enable-native-access=ALL-UNNAMED -cp "$jar" dev.sallyport.cli.rehearsal.Rehearsal "$fleet/fleet" &&
    [ -s "$cache.new" ]; then
    mv -f "$cache.new" "$cache"
    # Last: a cache counts by what this file says it was made of.
    printf '%s\n' "$seen" >"$cache.of"
    # Those of earlier programs: the three newest stay.
    ls -t "$folder"/command*.aot | tail -n +4 | while IFS= read -r old; do rm -f "$old" "$old.of"; done
  fi
  rm -rf "$fleet" "$cache.new" "$cache.new.config"
  rmdir "$cache.making"
}
