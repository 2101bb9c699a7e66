# Sourced by the commands in bin: finds a JDK 25, installs missing system packages, makes users, builds.

sallyport_lib=$(dirname "${BASH_SOURCE[0]}")
. "$sallyport_lib/jdk.sh"

# The supervisor starts processes by what the Linux kernel offers.
need_linux() {
  [ "$(uname -s)" = Linux ] && return 0
  echo "sallyport: the fleet on one machine needs Linux (x86-64 or ARM64)." >&2
  return 1
}

# The first process of every sandbox is a static program that the build makes.
compiles_static_programs() {
  printf 'int main(void) { return 0; }' | cc -xc -static-pie -o /dev/null - 2>/dev/null
}

# need_packages COMMAND...: installs what is missing on Debian and Ubuntu as root, else prints the exact command and fails.
need_packages() {
  local command missing=()
  for command in "$@"; do
    case $command in
      bubblewrap) command -v bwrap >/dev/null 2>&1 || missing+=(bubblewrap) ;;
      libc6-dev) compiles_static_programs || missing+=(libc6-dev) ;;
      dbus) { command -v dbus-daemon && command -v dbus-send; } >/dev/null 2>&1 || missing+=(dbus) ;;
      gnome-keyring) command -v gnome-keyring-daemon >/dev/null 2>&1 || missing+=(gnome-keyring) ;;
      libsecret-tools) command -v secret-tool >/dev/null 2>&1 || missing+=(libsecret-tools) ;;
      softhsm2) command -v softhsm2-util >/dev/null 2>&1 || missing+=(softhsm2) ;;
      diff) command -v diff >/dev/null 2>&1 || missing+=(diffutils) ;;
      node) command -v node >/dev/null 2>&1 || missing+=(nodejs) ;;
      find) command -v find >/dev/null 2>&1 || missing+=(findutils) ;;
      setpriv | setsid) command -v "$command" >/dev/null 2>&1 || missing+=(util-linux) ;;
      golang-1.19-go) [ -x /usr/lib/go-1.19/bin/go ] || missing+=("$command") ;;
      golang-golang-x-mod-dev) [ -d /usr/share/gocode/src/golang.org/x/mod/sumdb/tlog ] || missing+=("$command") ;;
      *) command -v "$command" >/dev/null 2>&1 || missing+=("$command") ;;
    esac
  done
  [ "${#missing[@]}" -eq 0 ] && return 0
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    install_packages "${missing[@]}"
  else
    echo "sallyport: missing: ${missing[*]}. Install them, on Debian or Ubuntu with:" >&2
    echo "  sudo apt-get install ${missing[*]}" >&2
    return 1
  fi
}

# install_packages NAME...: with apt-get, whose own words are shown only when it fails.
install_packages() {
  echo "sallyport: installing $* (apt-get)"
  local said
  said=$(mktemp)
  if { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } \
      >"$said" 2>&1 </dev/null; then
    rm -f "$said"
    return 0
  fi
  cat "$said" >&2
  rm -f "$said"
  echo "sallyport: apt-get could not install $*" >&2
  return 1
}

# What the user database says of a user that need_users made; bin/run --uninstall removes only those.
USER_MARK='Sallyport, made by bin/run'

# The users that the parts of the fleet run as.
FLEET_USERS=(sallyport-pg sallyport-kafka sallyport-vault sallyport-policy sallyport-approval sallyport-attest
  sallyport-executor sallyport-node sallyport-node-2)

# need_users NAME...: started as root, each process runs as a user of its own; says which are missing, and makes them.
need_users() {
  [ "$(id -u)" -eq 0 ] || return 0
  local name missing=()
  for name in "$@"; do
    id -u "$name" >/dev/null 2>&1 || missing+=("$name")
  done
  [ "${#missing[@]}" -gt 0 ] || return 0
  echo "sallyport: started by root, each part of the fleet runs as a system user of its own, without a login or a home."
  echo "sallyport: making ${#missing[@]} users: ${missing[*]} (bin/run --uninstall removes them)"
  for name in "${missing[@]}"; do
    useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin \
      --comment "$USER_MARK" "$name"
  done
}

# The users that the parts of the fleet run as.
need_fleet_users() {
  need_users "${FLEET_USERS[@]}"
}

# module_jar MODULE [ROOT]: the jar that the build left in a module's folder.
module_jar() {
  local jar
  for jar in "${2:-.}/$1"/target/*.jar; do
    case $jar in *-sources.jar | *-javadoc.jar) continue ;; esac
    [ -r "$jar" ] && printf '%s\n' "$jar" && return 0
  done
  return 1
}

# Shows the module that Maven builds, on a terminal only, in one line that is written again and again.
build_progress() {
  if [ ! -t 1 ]; then
    cat >/dev/null
    return
  fi
  local line
  while IFS= read -r line; do
    if [[ $line =~ ^\[INFO\]\ Building\ Sallyport:\ (.*)\ [0-9][^\ ]*\ +(\[.*\])$ ]]; then
      printf '\r\033[K  %s %s' "${BASH_REMATCH[2]}" "${BASH_REMATCH[1]}"
    fi
  done
  printf '\r\033[K'
}

# The modules that the fleet on one machine is made of, and no other.
FLEET_MODULES=libs/arguments,libs/statements,libs/skills,libs/skill-runner,libs/skill-test,libs/native-crypto,libs/tlog,libs/identity,libs/embedded
FLEET_MODULES+=,libs/service-kit,libs/pages
FLEET_MODULES+=,services/policy-service,services/approval-service,services/executor-service
FLEET_MODULES+=,services/attestation-service,services/vault-service,cli,local

# Builds the jars unless they are newer than every source. Leaves out what only tests need.
build_when_changed() {
  local stamp=target/built log=target/build.log
  if [ -e "$stamp" ] && module_jar local >/dev/null &&
      [ -z "$(find pom.xml .mvn docs/api libs services cli local -newer "$stamp" -type f \
        -not -path '*/target/*' -not -path '*/src/test/*' -print -quit)" ]; then
    return 0
  fi
  echo "sallyport: building: 3 to 6 minutes the first time, with downloads of some hundred MB into ~/.m2"
  local began=$SECONDS before
  mkdir -p target
  before=$(mktemp)
  if ! ./mvnw --batch-mode --no-transfer-progress -Dsallyport.run -pl "$FLEET_MODULES" package 2>&1 |
      tee "$log" | build_progress; then
    grep '^\[ERROR\]' "$log" | head -20 >&2
    echo "sallyport: the build failed; all that it said is in $PWD/$log" >&2
    rm -f "$before"
    return 1
  fi
  mv "$before" "$stamp"
  echo "sallyport: built in $((SECONDS - began)) s"
}

# Builds the benchmarks unless they are newer than every source of theirs.
build_benchmarks_when_changed() {
  local stamp=bench/target/built
  if [ ! -e "$stamp" ] || [ -n "$(find pom.xml bench/pom.xml bench/src/main docs/api libs services local -newer "$stamp" -type f \
      -not -path '*/target/*' -not -path '*/src/test/*' -print -quit)" ]; then
    echo "sallyport: building the benchmarks"
    ./mvnw --batch-mode --no-transfer-progress --quiet -DskipTests -pl bench -am package
    touch "$stamp"
  fi
}
