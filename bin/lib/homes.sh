# Sourced by the commands in bin: which folders hold a fleet of this user.

# The folder that holds a fleet when nothing else is named.
default_home() {
  if [ "$EUID" -eq 0 ]; then
    printf '/var/lib/sallyport\n'
  else
    printf '%s/.sallyport\n' "$HOME"
  fi
}

# The file that lists the homes that bin/run has started, the last one first.
homes_file() {
  printf '%s/sallyport/homes\n' "${XDG_STATE_HOME:-$HOME/.local/state}"
}

# Puts a home first in the list.
remember_home() {
  local file kept
  file=$(homes_file)
  kept=$(listed_homes | grep -vxF -- "$1" || true)
  mkdir -p "$(dirname "$file")" && printf '%s\n' "$1" ${kept:+"$kept"} >"$file"
}

# Takes a home from the list.
forget_home() {
  local file kept
  file=$(homes_file)
  [ -e "$file" ] || return 0
  kept=$(listed_homes | grep -vxF -- "$1" || true)
  if [ -n "$kept" ]; then printf '%s\n' "$kept" >"$file"; else rm -f "$file"; fi
}

# The listed homes that are still there.
listed_homes() {
  local file home
  file=$(homes_file)
  [ -r "$file" ] || return 0
  while IFS= read -r home; do
    if [ -e "$home/supervisor.lock" ]; then printf '%s\n' "$home"; fi
  done <"$file"
}

# Sets CURRENT_HOME to the home that bin/sallyport speaks to: SALLYPORT_HOME, else the one started last, else the usual
# one.
find_current_home() {
  local home
  CURRENT_HOME=${SALLYPORT_HOME:-}
  if [ -n "$CURRENT_HOME" ]; then return 0; fi
  while IFS= read -r home; do
    if [ -r "$home/cli.json" ]; then
      CURRENT_HOME=$home
      return 0
    fi
  done < <(listed_homes)
  CURRENT_HOME=$(default_home)
}

# Prints the home that bin/sallyport speaks to.
current_home() {
  find_current_home
  printf '%s\n' "$CURRENT_HOME"
}

# home_option ARGUMENT...: the folder that bin/run is told to use by its arguments and SALLYPORT_HOME, as an absolute path.
home_option() {
  local home=${SALLYPORT_HOME:-}
  while [ $# -gt 0 ]; do
    if [ "$1" = --home ]; then home=${2:-}; fi
    shift
  done
  realpath -m -- "${home:-$(default_home)}"
}
