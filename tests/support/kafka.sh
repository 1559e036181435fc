#!/usr/bin/env bash
# Apache Kafka in KRaft mode for the tests, from Maven Central's jars, on loopback.
#
#   kafka.sh jars                 fetch the pinned jars once and verify them; prints their folder
#   kafka.sh start DIR PORT       start a broker with its data in DIR; returns when it answers
#   kafka.sh guard DIR PID        stop the broker and delete DIR as soon as process PID is gone
#   kafka.sh stop DIR             stop it
#
# The jars are kept in $DEPESCHE_KAFKA_JARS (default: target/kafka-jars). Java 17 and Maven are
# needed; where they are missing the exit code is 77.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
jars=${DEPESCHE_KAFKA_JARS:-$here/../../target/kafka-jars}

need() {
  command -v "$1" >/dev/null 2>&1 || { echo "kafka.sh: $1 is not installed" >&2; exit 77; }
}

verified() { (cd "$jars" 2>/dev/null && sha256sum --quiet --check "$here/kafka/jars.sha256" >/dev/null 2>&1); }

fetch() {
  need java
  mkdir -p "$jars"
  exec 9>"$jars/.lock"
  flock 9
  verified && return
  need mvn
  mvn --quiet --batch-mode --file "$here/kafka/pom.xml" dependency:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory="$jars" >&2
  verified || { echo "kafka.sh: the jars are not those of kafka/jars.sha256" >&2; exit 1; }
}

java_run() { # the class path is exactly the verified list, whatever else lies in the folder
  local path
  path=$(awk -v dir="$jars" '{printf "%s%s/%s", sep, dir, $2; sep=":"}' "$here/kafka/jars.sha256")
  exec java -Xmx512m -Xms256m -XX:+UseSerialGC -Dorg.slf4j.simpleLogger.defaultLogLevel=warn \
    -Dlog4j2.disable.jmx=true -cp "$path" "$@"
}

start() {
  local dir=$1 port=$2 controller=$3
  fetch
  mkdir -p "$dir"
  cat >"$dir/server.properties" <<PROPERTIES
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:$controller
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller
advertised.listeners=PLAINTEXT://127.0.0.1:$port
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
controller.listener.names=CONTROLLER
log.dirs=$dir/data
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
log.cleaner.backoff.ms=500
log.cleaner.dedupe.buffer.size=16777216
log.cleaner.threads=1
num.network.threads=2
num.io.threads=4
PROPERTIES
  if [ ! -e "$dir/data/meta.properties" ]; then
    (java_run kafka.tools.StorageTool format --standalone --cluster-id depescheTestsOnly00000 \
      --config "$dir/server.properties") >"$dir/format.log" 2>&1 || { cat "$dir/format.log" >&2; exit 1; }
  fi
  (java_run kafka.Kafka "$dir/server.properties") >>"$dir/kafka.log" 2>&1 9>&- </dev/null &
  echo $! >"$dir/kafka.pid"
  for _ in $(seq 1 600); do
    kill -0 "$(cat "$dir/kafka.pid")" 2>/dev/null || { tail -30 "$dir/kafka.log" >&2; exit 1; }
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      echo "127.0.0.1:$port"
      return
    fi
    sleep 0.1
  done
  echo "kafka.sh: no answer on port $port" >&2
  tail -30 "$dir/kafka.log" >&2
  exit 1
}

stop() {
  local pid
  pid=$(cat "$1/kafka.pid" 2>/dev/null) || return 0
  kill "$pid" 2>/dev/null || true
  for _ in $(seq 1 300); do
    kill -0 "$pid" 2>/dev/null || { rm -f "$1/kafka.pid"; return; }
    sleep 0.1
  done
  kill -9 "$pid" 2>/dev/null || true
  rm -f "$1/kafka.pid"
}

case "${1:-}" in
  jars) fetch; echo "$jars" ;;
  start) start "$2" "$3" "${4:-$(($3 + 1))}" ;;
  stop) stop "$2" ;;
  guard) while kill -0 "$3" 2>/dev/null; do sleep 0.5; done; stop "$2"; rm -rf "$2" ;;
  *) sed -n '2,10p' "$0" >&2; exit 64 ;;
esac
