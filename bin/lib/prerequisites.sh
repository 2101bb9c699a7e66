# Sourced by bin/run and bin/test: finds a JDK 25 and installs the system packages that are missing.

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

# need_packages NAME...: installs what is missing on Debian and Ubuntu as root, else prints the exact command and fails.
need_packages() {
  local name missing=()
  for name in "$@"; do
    case $name in
      golang-1.19-go) [ -x /usr/lib/go-1.19/bin/go ] || missing+=("$name") ;;
      golang-golang-x-mod-dev) [ -d /usr/share/gocode/src/golang.org/x/mod/sumdb/tlog ] || missing+=("$name") ;;
      bubblewrap) command -v bwrap >/dev/null 2>&1 || missing+=("$name") ;;
      *) command -v "$name" >/dev/null 2>&1 || missing+=("$name") ;;
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
