# Sourced by prerequisites.sh: finds a JDK 25, or fetches the pinned one when asked to.

# The folder for what bin/run fetches; bin/run --uninstall removes it.
cache_folder() {
  printf '%s\n' "${XDG_CACHE_HOME:-$HOME/.cache}/sallyport"
}

# Sets JAVA_HOME to a JDK of release 25 or later: SALLYPORT_JAVA_HOME, JAVA_HOME, the java on PATH, the usual folders,
# the one that was fetched. Fails without a word when there is none.
find_jdk() {
  local candidate
  # What is named is looked at first, and alone: looking for the others starts programs.
  for candidate in "${SALLYPORT_JAVA_HOME:-}" "${JAVA_HOME:-}"; do
    ! use_jdk "$candidate" || return 0
  done
  for candidate in "$(command -v javac >/dev/null 2>&1 && dirname "$(dirname "$(readlink -f "$(command -v javac)")")")" \
      /usr/lib/jvm/* /opt/java/* /opt/jdk* "$HOME"/.sdkman/candidates/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home \
      "$(cache_folder)"/jdk/*; do
    ! use_jdk "$candidate" || return 0
  done
  return 1
}

# use_jdk FOLDER: sets JAVA_HOME to it where it holds a JDK of release 25 or later.
use_jdk() {
  local line release=0
  [ -n "$1" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
      JAVA_VERSION=\"[0-9]*)
        release=${line#*\"}
        release=${release%%[!0-9]*}
        break
        ;;
    esac
  done <"$1/release"
  [ "$release" -ge 25 ] || return 1
  export JAVA_HOME=$1
  export PATH="$JAVA_HOME/bin:$PATH"
}

# As find_jdk, but says what to do when there is none.
need_jdk() {
  find_jdk && return 0
  echo "sallyport: no JDK 25 found. Install one (for example Temurin 25) and set JAVA_HOME to its folder." >&2
  return 1
}

# need_or_fetch_jdk PINS FETCH: as need_jdk; where there is none, fetches the pinned one, if FETCH is yes or a person at
# the terminal agrees.
need_or_fetch_jdk() {
  find_jdk && return 0
  local version answer
  version=$(pinned_jdk "$1" | cut -d' ' -f2)
  if [ -n "$version" ]; then
    if [ "$2" = yes ]; then
      answer=y
    elif [ -t 0 ] && [ -t 2 ]; then
      read -r -p "sallyport: no JDK 25 found. Fetch Temurin $version (about 140 MB) into $(cache_folder)/jdk? [y/N] " answer
    fi
    case ${answer:-} in
      y | Y | yes)
        fetch_jdk "$1" "$(cache_folder)/jdk" && find_jdk && return 0
        return 1
        ;;
    esac
    echo "sallyport: no JDK 25 found. Run this again with --fetch-jdk to fetch Temurin $version into $(cache_folder)/jdk," >&2
    echo "  or install a JDK 25 and set JAVA_HOME to its folder." >&2
    return 1
  fi
  need_jdk
}

# pinned_jdk PINS: the line for this machine's processor; nothing when there is none.
pinned_jdk() {
  awk -v machine="$(uname -m)" '$1 == machine' "$1"
}

# fetch_jdk PINS FOLDER: fetches the JDK that PINS names for this processor and unpacks it below FOLDER, once its SHA-256
# is the pinned one. Leaves nothing behind when it fails.
fetch_jdk() {
  local machine version digest url folder=$2 work
  read -r machine version digest url < <(pinned_jdk "$1") || true
  if [ -z "${url:-}" ]; then
    echo "sallyport: no JDK is pinned for the processor $(uname -m). Install a JDK 25 and set JAVA_HOME to its folder." >&2
    return 1
  fi
  echo "sallyport: fetching Temurin $version from $url"
  mkdir -p "$folder"
  work=$(mktemp -d "$folder/.fetch.XXXXXX")
  if unpack_pinned "$url" "$digest" "$work" && [ -x "$work/jdk/bin/javac" ]; then
    rm -rf "$folder/temurin-$version"
    mv "$work/jdk" "$folder/temurin-$version"
    rm -rf "$work"
    echo "sallyport: the JDK is in $folder/temurin-$version"
    return 0
  fi
  rm -rf "$work"
  echo "sallyport: nothing was installed. Install a JDK 25 by hand (for example Temurin 25 from https://adoptium.net, or the" >&2
  echo "  distribution's package) and set JAVA_HOME to its folder." >&2
  return 1
}

# unpack_pinned URL SHA256 FOLDER: the archive's content in FOLDER/jdk. The bytes are compared before tar reads them.
unpack_pinned() {
  local archive=$3/archive actual
  if ! download "$1" "$archive"; then
    echo "sallyport: the download did not succeed: no network, or it broke off." >&2
    return 1
  fi
  actual=$(sha256sum "$archive" | cut -d' ' -f1)
  if [ "$actual" != "$2" ]; then
    echo "sallyport: the archive is not the pinned one: SHA-256 is $actual, expected $2." >&2
    return 1
  fi
  mkdir "$3/jdk" && tar --extract --gzip --file "$archive" --directory "$3/jdk" --strip-components 1 --no-same-owner
}

# download URL FILE: by curl or wget; fails on an error status and on a body that is shorter than announced.
download() {
  if command -v curl >/dev/null 2>&1; then
    curl --fail --location --silent --show-error --connect-timeout 20 --output "$2" "$1"
  elif command -v wget >/dev/null 2>&1; then
    wget --quiet --tries=1 --timeout=20 --output-document="$2" "$1"
  else
    echo "sallyport: curl or wget is needed to fetch it." >&2
    return 1
  fi
}
