# Sourced by the commands in bin: finds a JDK 25, installs missing system packages, makes users, builds.

# The supervisor starts processes by what the Linux kernel offers.
need_linux() {
  [ "$(uname -s)" = Linux ] && return 0
  echo "sallyport: the fleet on one machine needs Linux (x86-64 or ARM64)." >&2
  return 1
}

# Sets JAVA_HOME to a JDK of release 25 or later: SALLYPORT_JAVA_HOME, JAVA_HOME, the java on PATH, the usual folders.
need_jdk() {
  local candidate
  for candidate in "${SALLYPORT_JAVA_HOME:-}" "${JAVA_HOME:-}" \
      "$(command -v javac >/dev/null 2>&1 && dirname "$(dirname "$(readlink -f "$(command -v javac)")")")" \
      /usr/lib/jvm/* /opt/java/* /opt/jdk* "$HOME"/.sdkman/candidates/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    [ -n "$candidate" ] && [ -x "$candidate/bin/javac" ] && [ -r "$candidate/release" ] || continue
    local release
    release=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$candidate/release")
    if [ "${release:-0}" -ge 25 ]; then
      export JAVA_HOME=$candidate
      export PATH="$JAVA_HOME/bin:$PATH"
      return 0
    fi
  done
  echo "sallyport: no JDK 25 found. Install one (for example Temurin 25) and set JAVA_HOME to its folder." >&2
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
      setpriv | setsid) command -v "$command" >/dev/null 2>&1 || missing+=(util-linux) ;;
      golang-1.19-go) [ -x /usr/lib/go-1.19/bin/go ] || missing+=("$command") ;;
      golang-golang-x-mod-dev) [ -d /usr/share/gocode/src/golang.org/x/mod/sumdb/tlog ] || missing+=("$command") ;;
      *) command -v "$command" >/dev/null 2>&1 || missing+=("$command") ;;
    esac
  done
  [ "${#missing[@]}" -eq 0 ] && return 0
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "sallyport: installing ${missing[*]}"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  else
    echo "sallyport: missing: ${missing[*]}. Install them, on Debian or Ubuntu with:" >&2
    echo "  sudo apt-get install ${missing[*]}" >&2
    return 1
  fi
}

# need_users NAME...: started as root, each process runs as a user of its own; makes those that are missing.
need_users() {
  [ "$(id -u)" -eq 0 ] || return 0
  local name
  for name in "$@"; do
    id -u "$name" >/dev/null 2>&1 && continue
    echo "sallyport: making the user $name"
    useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin "$name"
  done
}

# The users that the parts of the fleet run as.
need_fleet_users() {
  need_users sallyport-pg sallyport-kafka sallyport-vault sallyport-policy sallyport-approval sallyport-attest \
    sallyport-executor sallyport-node sallyport-node-2
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

# Builds the jars unless they are newer than every source.
build_when_changed() {
  local stamp=target/built
  if [ -e "$stamp" ] && module_jar local >/dev/null &&
      [ -z "$(find pom.xml .mvn libs services cli local -newer "$stamp" -type f \
        -not -path '*/target/*' -not -path '*/src/test/*' -print -quit)" ]; then
    return 0
  fi
  echo "sallyport: building (the first time takes a few minutes)"
  local began=$SECONDS before
  before=$(mktemp)
  ./mvnw --batch-mode --no-transfer-progress -DskipTests -pl local,cli,services/policy-service,services/approval-service,services/executor-service,services/attestation-service,services/vault-service -am package |
    sed -un 's/^\[INFO\] Building Sallyport: \(.*\) [0-9][^ ]* *\(\[.*\]\)$/  \2 \1/p; /^\[ERROR\]/p'
  mkdir -p target
  mv "$before" "$stamp"
  echo "sallyport: built in $((SECONDS - began)) s"
}
