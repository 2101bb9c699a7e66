# Sourced by bin/run --uninstall: removes what bin/run has made outside of the checkout.

# fleet_runs HOME: whether a supervisor holds the home's lock, or a process was started from it. The kernel lists locks by
# inode; one more file with the same number on another file system can only make this refuse.
fleet_runs() {
  local lock=$1/supervisor.lock inode
  [ -e "$lock" ] || return 1
  inode=$(stat -c %i "$lock")
  if awk -v inode="$inode" '{ n = split($6, id, ":"); if (id[n] == inode) found = 1 } END { exit !found }' /proc/locks; then
    return 0
  fi
  local process program
  for process in /proc/[0-9]*; do
    program=$(readlink "$process/exe" 2>/dev/null || true)
    case ${program##*/} in java | postgres) ;; *) continue ;; esac
    case "$(tr '\0' ' ' 2>/dev/null <"$process/cmdline" || true)" in
      *"$1/"* | *"$1 "*) return 0 ;;
    esac
  done
  return 1
}

# removable_users NAME...: those of the names that bin/run made and that run nothing.
removable_users() {
  local name
  for name in "$@"; do
    [ "$(getent passwd "$name" | cut -d: -f5)" = "$USER_MARK" ] || continue
    [ -z "$(ps -o pid= -u "$name" 2>/dev/null)" ] || continue
    printf '%s\n' "$name"
  done
}

# uninstall HOME YES USER...: says what goes, asks unless YES is yes, removes it.
uninstall() {
  local home=$1 yes=$2 cache others='' users=() answer
  shift 2
  cache=$(cache_folder)
  if [ -e "$home" ] && [ ! -e "$home/supervisor.lock" ]; then
    echo "sallyport: $home does not hold a fleet; nothing was removed." >&2
    return 1
  fi
  if fleet_runs "$home"; then
    echo "sallyport: the fleet in $home runs. Stop it first (Ctrl-C in its terminal); nothing was removed." >&2
    return 1
  fi
  others=$(listed_homes | grep -vxF -- "$home" || true)
  if [ -z "$others" ] && [ "$(id -u)" -eq 0 ]; then
    mapfile -t users < <(removable_users "$@")
  fi
  if [ ! -e "$home" ] && { [ -n "$others" ] || { [ ! -e "$cache" ] && [ "${#users[@]}" -eq 0 ]; }; }; then
    echo "sallyport: there is nothing to remove: no fleet in $home."
    return 0
  fi
  echo "sallyport: this will remove:"
  if [ -e "$home" ]; then echo "  the fleet with all its keys, its ledger and its evidence: $home ($(size_of "$home"))"; fi
  if [ -n "$others" ]; then
    echo "What other fleets use stays; theirs are:"
    printf '%s\n' "$others" | sed 's/^/  /'
  else
    if [ -e "$cache" ]; then echo "  caches (fetched JDKs, what starts the command faster): $cache ($(size_of "$cache"))"; fi
    if [ "${#users[@]}" -gt 0 ]; then echo "  system users that bin/run made: ${users[*]}"; fi
  fi
  echo "Not removed: this checkout, Maven's downloads in ~/.m2, packages of the system."
  if [ "$yes" != yes ]; then
    read -r -p "Type yes to remove it: " answer || true
    if [ "${answer:-}" != yes ]; then
      echo "sallyport: nothing was removed."
      return 1
    fi
  fi
  rm -rf -- "$home"
  forget_home "$home"
  if [ -z "$others" ]; then
    rm -rf -- "$cache"
    local name
    for name in "${users[@]}"; do userdel "$name"; done
  fi
  echo "sallyport: removed."
}

# size_of FOLDER: for people.
size_of() {
  du -sh -- "$1" 2>/dev/null | cut -f1
}
