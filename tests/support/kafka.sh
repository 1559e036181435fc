#!/bin/sh
# A real Apache Kafka for the tests: one broker in KRaft mode on the loopback address.
#
#   kafka.sh start DIR PORT   starts it; DIR holds its data and log, PORT+1 is its controller's.
#            [FILE [OPTION..]]  FILE has further broker properties, OPTIONs are for the formatting
#   kafka.sh stop DIR         ends it in order
#   kafka.sh kill DIR         ends it at once, as a crash would
#   kafka.sh jars             prints the folder of its jars, fetching them if needed
#   kafka.sh pin              fetches the jars anew and renews their checksums
#
# Needs Java 17 and, the first time, Maven, which takes the jars of kafka/pom.xml from Maven Central
# (or the mirror in its settings). They are verified against kafka/jars.sha256 before each start.
# DEPESCHE_TEST_KAFKA_JARS names another folder for them.
#
# A start in a folder that has data goes on with that data.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
jars=${DEPESCHE_TEST_KAFKA_JARS:-$here/../../target/test-kafka/jars}

fail() {
    echo "kafka.sh: $*" >&2
    exit 1
}

# Exactly the listed jars, each as listed.
verified() {
    [ -d "$jars" ] || return 1
    (cd "$jars" && [ "$(find . -name '*.jar' | wc -l)" = "$(wc -l <"$here/kafka/jars.sha256")" ] &&
        sha256sum --quiet --check "$here/kafka/jars.sha256") >/dev/null 2>&1
}

fetch() {
    command -v mvn >/dev/null || fail "Maven (mvn) is needed to fetch Apache Kafka"
    rm -rf "$jars"
    mkdir -p "$jars"
    mvn -q -B -f "$here/kafka/pom.xml" \
        org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
        -DincludeScope=runtime -DoutputDirectory="$jars" >&2
}

need_jars() {
    verified && return
    # One at a time: the tests of one run all ask for them at its start.
    mkdir -p "$(dirname "$jars")"
    exec 9>"$jars.lock"
    flock 9
    verified || fetch
    # Not to be inherited by the broker.
    exec 9>&-
    verified || fail "the jars in $jars are not those of kafka/jars.sha256"
}

alive() {
    [ -f "$1/pid" ] && kill -0 "$(cat "$1/pid")" 2>/dev/null
}

start() {
    dir=$1 port=$2 extra=${3:-}
    shift $(($# < 3 ? $# : 3))
    command -v java >/dev/null || fail "Java 17 or later (java) is needed"
    need_jars
    mkdir -p "$dir"
    dir=$(CDPATH='' cd -- "$dir" && pwd)
    alive "$dir" && fail "already runs in $dir"
    cat >"$dir/server.properties" <<PROPERTIES
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$((port + 1))
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$((port + 1))
advertised.listeners=PLAINTEXT://127.0.0.1:$port
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=$dir/data
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=5
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
log.cleaner.backoff.ms=500
log.segment.delete.delay.ms=1000
log.initial.task.delay.ms=500
PROPERTIES
    [ -z "$extra" ] || cat "$extra" >>"$dir/server.properties"
    cat >"$dir/log4j2.properties" <<PROPERTIES
appender.file.type=File
appender.file.name=file
appender.file.fileName=$dir/server.log
appender.file.layout.type=PatternLayout
appender.file.layout.pattern=%d %p %c{1} %m%n
rootLogger.level=info
rootLogger.appenderRef.file.ref=file
PROPERTIES
    java="java -Xmx512m -Dlog4j2.configurationFile=$dir/log4j2.properties -cp $jars/*"
    if [ ! -f "$dir/data/meta.properties" ]; then
        # shellcheck disable=SC2086 # words on purpose; the class path keeps its star
        (set -f && $java kafka.tools.StorageTool format --cluster-id MkU3OEVBNTcwNTJENDM2Qg \
            --config "$dir/server.properties" "$@") >"$dir/format.log" 2>&1 ||
            fail "cannot format $dir/data: $(cat "$dir/format.log")"
    fi
    : >"$dir/server.log"
    # shellcheck disable=SC2086
    (set -f && exec nohup $java kafka.Kafka "$dir/server.properties") \
        >"$dir/out.log" 2>&1 </dev/null &
    echo $! >"$dir/pid"
    tries=0
    until grep -q 'Kafka Server started' "$dir/server.log"; do
        alive "$dir" || fail "ended at once: $(tail -5 "$dir/out.log" "$dir/server.log")"
        tries=$((tries + 1))
        [ $tries -lt 600 ] || fail "not up after a minute: $(tail -5 "$dir/server.log")"
        sleep 0.1
    done
}

end() {
    dir=$1 signal=$2
    alive "$dir" || { rm -f "$dir/pid"; return 0; }
    pid=$(cat "$dir/pid")
    kill "-$signal" "$pid"
    tries=0
    while kill -0 "$pid" 2>/dev/null; do
        tries=$((tries + 1))
        [ $tries -lt 300 ] || { kill -KILL "$pid"; sleep 1; break; }
        sleep 0.1
    done
    rm -f "$dir/pid"
}

case ${1:-} in
start) [ $# -ge 3 ] || fail "start DIR PORT [FILE [OPTION..]]"; shift; start "$@" ;;
stop) [ $# = 2 ] || fail "stop DIR"; end "$2" TERM ;;
kill) [ $# = 2 ] || fail "kill DIR"; end "$2" KILL ;;
jars) need_jars; echo "$jars" ;;
pin)
    fetch
    (cd "$jars" && sha256sum -- *.jar) >"$here/kafka/jars.sha256"
    ;;
*) fail "start DIR PORT | stop DIR | kill DIR | jars | pin" ;;
esac
