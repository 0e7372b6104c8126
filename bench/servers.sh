# shellcheck shell=bash disable=SC2154 # root and work are set before
# What bench/run builds, installs and starts; it sources this after bin/setup.sh. All servers are on loopback, and all
# their files are below $work.

# Servers that were started, to be stopped: programs of PostgreSQL and their data directories, and process ids.
clusters=()
processes=()

as_server_user=()
if [[ $EUID -eq 0 ]]; then
    # PostgreSQL does not run as root.
    server_user=$(id -un postgres 2>/dev/null || echo nobody)
    as_server_user=(runuser -u "$server_user" --)
fi

need_peers() {
    local packages=()
    command -v aws >/dev/null || packages+=(awscli)
    command -v python3 >/dev/null || packages+=(python3)
    need_programs
    install_programs "${packages[@]}"
}

# The command line, and the plugin where Jenkins' artifacts can be had.
build() {
    local missing version
    say "Building ..."
    maven_quietly --file "$root/cli/pom.xml" -DskipTests package
    need_command_line
    missing=$(missing_from_jenkins)
    if [[ -z $missing ]]; then
        need_newer_maven
        maven_quietly --file "$root/pom.xml" -DskipTests package
        version=$(sed -n 's/^Jenkins-Version: \([0-9.]*\).*/\1/p' "$root/target/pg-backup/META-INF/MANIFEST.MF")
        maven_quietly --file "$root/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy \
            -Dartifact="org.jenkins-ci.main:jenkins-war:$version:war" -DoutputDirectory="$work" -Dmdep.stripVersion=true
    fi
    export BENCH_ROOT=$root BENCH_WORK=$work BENCH_WITHOUT_JENKINS=$missing BENCH_JENKINS=${version:-}
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

secret() {
    python3 -c 'import secrets; print(secrets.token_hex(16))'
}

start_s3() {
    local port
    port=$(free_port)
    mkdir "$work/s3" "$work/s3/objects"
    BENCH_S3=http://127.0.0.1:$port AWS_ACCESS_KEY_ID=AKIABENCH$port AWS_SECRET_ACCESS_KEY=$(secret)
    export BENCH_S3 AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_DEFAULT_REGION=us-east-1 AWS_REGION=us-east-1
    # Whatever a person's own AWS configuration says.
    export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true
    unset AWS_PROFILE AWS_SESSION_TOKEN AWS_ENDPOINT_URL AWS_ENDPOINT_URL_S3
    (umask 077 && cat >"$work/s3/s3proxy.conf") <<END
s3proxy.endpoint=$BENCH_S3
s3proxy.authorization=aws-v4
s3proxy.identity=$AWS_ACCESS_KEY_ID
s3proxy.credential=$AWS_SECRET_ACCESS_KEY
s3proxy.ignore-unknown-headers=true
jclouds.provider=filesystem-nio2
jclouds.identity=local
jclouds.credential=local
jclouds.filesystem.basedir=$work/s3/objects
END
    java -Xmx512m -jar "$root/cli/target/servers/s3proxy.jar" --properties "$work/s3/s3proxy.conf" \
        </dev/null >"$work/s3/log" 2>&1 &
    processes+=($!)
    for _ in {1..300}; do
        if (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            return
        fi
        sleep 0.1
    done
    fail "S3Proxy did not start:" "$(cat "$work/s3/log")"
}

# Where the PostgreSQL server's programs are, as the tests look for them.
postgres_programs() {
    local newest
    newest=$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -n 1 || true)
    if [[ -n ${PGBACKUP_TEST_POSTGRES_BIN:-} ]]; then
        echo "$PGBACKUP_TEST_POSTGRES_BIN"
    elif [[ -n $newest ]]; then
        dirname "$newest"
    else
        dirname "$(command -v initdb)"
    fi
}

# Starts a server with the programs in $1 in the new directory $2, and exports how to reach it.
start_postgres() {
    export BENCH_POSTGRES=$1 PGHOST=127.0.0.1 PGPORT PGUSER=postgres PGPASSWORD
    PGPORT=$(free_port)
    PGPASSWORD=$(secret)
    mkdir "$2"
    [[ $EUID -ne 0 ]] || chown "$server_user" "$2"
    (umask 077 && "${as_server_user[@]}" tee "$2/password" >/dev/null <<<"$PGPASSWORD")
    "${as_server_user[@]}" "$1/initdb" --pgdata="$2/data" --username=postgres --auth=scram-sha-256 --encoding=UTF8 \
        --locale=C.UTF-8 --no-sync --pwfile="$2/password" >"$work/initdb.log" 2>&1 \
        || fail "No PostgreSQL server could be made:" "$(cat "$work/initdb.log")"
    "${as_server_user[@]}" tee -a "$2/data/postgresql.conf" >/dev/null <<END
listen_addresses = '127.0.0.1'
port = $PGPORT
unix_socket_directories = '$2'
# Nothing that would be waited for instead of the dump.
shared_buffers = 1GB
fsync = off
synchronous_commit = off
full_page_writes = off
max_wal_size = 4GB
autovacuum = off
jit = off
END
    clusters+=("$1" "$2/data")
    # In its own directory: PostgreSQL wants to be able to enter the one it is started in.
    (cd "$2" && "${as_server_user[@]}" "$1/pg_ctl" start --pgdata="$2/data" --wait --silent --log="$2/log") \
        </dev/null >/dev/null || fail "PostgreSQL did not start:" "$(cat "$2/log")"
    PATH=$1:$PATH
}

# Makes the database $1, $2 times as large as the reference's.
make_database() {
    createdb "$1"
    pgbench --initialize --quiet --scale="$(python3 "$root/bench/database.py" pgbench-scale "$2")" "$1" 2>/dev/null
    psql --quiet "$1" --command 'CREATE TABLE docs (id bigint, ts timestamp, body text, j jsonb)'
    python3 "$root/bench/database.py" documents "$2" | psql --quiet "$1" --command 'COPY docs FROM STDIN'
    python3 "$root/bench/database.py" large-objects "$2" | psql --quiet --tuples-only "$1" >/dev/null
    psql --quiet "$1" --command 'ALTER TABLE docs ADD PRIMARY KEY (id)' --command 'CREATE INDEX ON docs (ts)' \
        --command 'VACUUM ANALYZE' --command CHECKPOINT
}

make_tiny_database() {
    createdb tiny
    psql --quiet tiny --command 'CREATE TABLE tiny AS SELECT n, md5(n::text) FROM generate_series(1, 100) AS n'
}

# Debian 13's PostgreSQL 17 with all that it needs, in a folder: on its own C library, beside whatever is installed here.
# Unpacked anew each time, as the server's user must be able to read it; the packages are kept.
get_postgres_17() {
    local folder=$work/debian13 cache=${XDG_CACHE_HOME:-$HOME/.cache}/pgbackup/debian13
    local mirror package loader program programs
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 1
    # Where this machine has its own packages from.
    mirror=$(apt-get indextargets --format "\$(REPO_URI)" | grep -m 1 '/debian/*$') || return 1
    mkdir -p "$folder" "$cache/lists/partial" "$cache/archives/partial" "$cache/empty"
    : >"$cache/status"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" \
        >"$cache/sources.list"
    cat >"$cache/apt.conf" <<END
Dir::State "$cache";
Dir::State::status "$cache/status";
Dir::Cache "$cache";
Dir::Etc::sourcelist "$cache/sources.list";
Dir::Etc::sourceparts "$cache/empty";
Dir::Etc::preferencesparts "$cache/empty";
Acquire::Languages "none";
APT::Install-Recommends "false";
APT::Sandbox::User "";
Debug::NoLocking "true";
END
    APT_CONFIG=$cache/apt.conf apt-get -qq update >&2 || return 1
    APT_CONFIG=$cache/apt.conf apt-get -qq --yes --download-only install postgresql-17 >/dev/null || return 1
    for package in "$cache"/archives/*.deb; do
        dpkg-deb --extract "$package" "$folder"
    done
    programs=$folder/usr/lib/postgresql/17/bin
    loader=$(compgen -G "$folder/usr/lib/*-linux-gnu/ld-linux-*")
    for program in initdb pg_ctl postgres createdb pgbench psql pg_dump pg_restore; do
        mv "$programs/$program" "$programs/$program.elf"
        cat >"$programs/$program" <<END
#!/bin/sh
exec $loader --library-path ${loader%/*} $programs/$program.elf "\$@"
END
        chmod +x "$programs/$program"
    done
    echo "$programs"
}

# A second server, for the row about pg_dump's own zstd, where the first one has none. What is exported of the first one
# stays as it was.
start_postgres_17() {
    local programs port=$PGPORT password=$PGPASSWORD first=$BENCH_POSTGRES path=$PATH major
    major=$("$first/postgres" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
    if [[ $major -ge 17 ]]; then
        export BENCH_17=$first BENCH_17_PORT=$PGPORT BENCH_17_PASSWORD=$PGPASSWORD
        return
    fi
    say "Getting PostgreSQL 17 from Debian 13, and making the database there ..."
    if ! programs=$(get_postgres_17); then
        say "PostgreSQL 17 could not be had."
        return
    fi
    start_postgres "$programs" "$work/postgres17"
    make_database bench "$BENCH_SCALE"
    export BENCH_17=$programs BENCH_17_PORT=$PGPORT BENCH_17_PASSWORD=$PGPASSWORD
    export BENCH_POSTGRES=$first PGPORT=$port PGPASSWORD=$password PATH=$path
}

stop_servers() {
    local i
    # What was started last first: it uses the others.
    for ((i = ${#processes[@]} - 1; i >= 0; i--)); do
        kill "${processes[i]}" 2>/dev/null || true
        wait "${processes[i]}" 2>/dev/null || true
    done
    for ((i = 0; i < ${#clusters[@]}; i += 2)); do
        (cd / && "${as_server_user[@]}" "${clusters[i]}/pg_ctl" stop --pgdata="${clusters[i + 1]}" --mode=immediate \
            --silent) </dev/null >/dev/null 2>&1 || true
    done
}
