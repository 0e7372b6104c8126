# shellcheck shell=bash
# What bin/verify, bin/demo, bin/pgbackup and bench/run have in common; they source it.

root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")

# Options for every Maven call can be given in MAVEN_ARGS, which Maven reads by itself only from 3.9 on.
read -ra maven_args <<<"${MAVEN_ARGS:-}"
maven=(mvn --batch-mode --no-transfer-progress "${maven_args[@]}")

say() {
    printf '%s\n' "$@" >&2
}

fail() {
    say "$@"
    exit 1
}

# Runs Maven without a word, unless it fails.
maven_quietly() {
    local output
    output=$("${maven[@]}" --quiet "$@" </dev/null 2>&1) || fail "$output"
}

need_maven() {
    if ! command -v mvn >/dev/null || ! command -v javac >/dev/null; then
        fail "A JDK or Maven is missing. Install them: apt-get install openjdk-17-jdk-headless maven"
    fi
    maven+=("-Dpgbackup.version=$(version)")
}

# Prints the release if the commit is one, otherwise the commit. An unpacked source archive has neither, even if it lies in
# the repository of something else.
version() {
    if [[ ! -e $root/.git ]] || ! git -C "$root" describe --tags --always --abbrev=12 --dirty 2>/dev/null; then
        echo unknown
    fi
}

# The plugin's parent POM wants a newer Maven than Debian 12 has. From here on, `maven` is that one.
need_newer_maven() {
    local wanted=3.9.6 newer=3.9.11 present
    local cache=${XDG_CACHE_HOME:-$HOME/.cache}/pgbackup
    present=$(mvn --version | sed -n '1s/.*Maven \([0-9.]*\).*/\1/p')
    if [[ $(printf '%s\n' "$wanted" "$present" | sort -V | head -n 1) == "$wanted" ]]; then
        return
    fi
    if [[ ! -x $cache/apache-maven-$newer/bin/mvn ]]; then
        say "Getting Maven $newer ..."
        mkdir -p "$cache"
        # Not in the checkout, whose pom.xml this Maven would read first.
        (cd "$cache" && maven_quietly org.apache.maven.plugins:maven-dependency-plugin:3.11.0:unpack \
            -Dartifact="org.apache.maven:apache-maven:$newer:tar.gz:bin" -DoutputDirectory="$cache" \
            -DmarkersDirectory="$cache/apache-maven-$newer")
        chmod +x "$cache/apache-maven-$newer/bin/mvn"
    fi
    maven[0]=$cache/apache-maven-$newer/bin/mvn
}

# PostgreSQL's server, for the private clusters of tests and demo; zstd, with which people read a dump without pgBackup; and
# xz, with which the tests' newer server is packed.
need_programs() {
    local packages=()
    if [[ -z ${PGBACKUP_TEST_POSTGRES_BIN:-} ]] && ! command -v initdb >/dev/null \
        && ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then
        packages+=(postgresql)
    fi
    command -v zstd >/dev/null || packages+=(zstd)
    command -v xz >/dev/null || packages+=(xz-utils)
    install_programs "${packages[@]}"
}

# Installs packages of Debian, where there are any to install and it may be done.
install_programs() {
    local packages=("$@")
    if [[ ${#packages[@]} -eq 0 ]]; then
        return
    fi
    local advice="Programs are missing. Install them: apt-get install ${packages[*]}"
    local administrator=()
    command -v apt-get >/dev/null || fail "$advice"
    if [[ $EUID -ne 0 ]]; then
        sudo -n true 2>/dev/null || fail "$advice"
        administrator=(sudo -n)
    fi
    say "Installing ${packages[*]} from Debian ..."
    "${administrator[@]}" apt-get -qq update >&2 || fail "apt-get update failed. $advice"
    "${administrator[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq -o Dpkg::Use-Pty=0 install --yes --no-install-recommends "${packages[@]}" >&2 || fail "$advice"
}

# Builds cli/target/pgbackup.jar when it is not there or older than what it is made of.
need_command_line() {
    local jar=$root/cli/target/pgbackup.jar
    local sources=("$root/cli/pom.xml" "$root/cli/src/main" "$root/src/main/java/io/jenkins/plugins/pgbackup/engine")
    if [[ ! -f $jar || -n $(find "${sources[@]}" -newer "$jar" -print -quit) ]]; then
        need_maven
        say "Building pgbackup ..."
        maven_quietly --file "$root/cli/pom.xml" -Dmaven.test.skip=true package
    fi
    if [[ ! ${jar%.jar}.jsa -nt $jar && -w ${jar%/*} ]]; then
        share_classes "$jar" "${jar%.jar}.jsa"
    fi
}

# Archives the classes that a command begins with, for Java to map instead of loading them: it starts in two thirds of the
# time. Where there can be no such archive, the empty file says that it was tried.
share_classes() {
    local jar=$1 archive=$2
    local part=$archive.$$
    # A command that uses the SDK, as all do, and reads an object. Nothing listens at this port.
    AWS_ACCESS_KEY_ID=none AWS_SECRET_ACCESS_KEY=none java -XX:ArchiveClassesAtExit="$part" -jar "$jar" \
        verify s3://none/none.dump --endpoint http://127.0.0.1:9 --path-style --region us-east-1 </dev/null >/dev/null 2>&1 || true
    [[ -f $part ]] || : >"$part"
    # Another command may start just now.
    mv -f "$part" "$archive"
}

# Prints which of Jenkins' artifacts (the plugin's parent POM, BOM, Maven extension or plugin) cannot be had here: nothing
# when all can. Any other trouble with pom.xml ends the script.
missing_from_jenkins() {
    local output status=0
    # "G:A:V was not found in", "Could not transfer artifact G:A:V from/to", "Plugin G:A:V or one of its dependencies"
    local missing='[^ :]+(:[^ :]+){2,4} (in|from/to|was not found in|or one of its dependencies) '
    need_newer_maven
    output=$(timeout 300 "${maven[@]}" --quiet --file "$root/pom.xml" \
        org.apache.maven.plugins:maven-help-plugin:3.5.2:evaluate -Dexpression=jenkins.version -DforceStdout \
        </dev/null 2>&1) || status=$?
    if [[ $status -eq 124 ]]; then
        echo "no answer within five minutes"
    elif [[ $status -ne 0 ]]; then
        grep -oEm 1 "$missing" <<<"$output" | cut -d ' ' -f 1 || fail "Maven does not accept pom.xml:" "$output"
    fi
}
