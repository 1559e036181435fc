#!/bin/sh
# The table of open incidents, read once from the beginning: kcat and jq.
#
#   table.sh BROKERS [TOPIC]
#
# An incident is always in one partition, in order; of its messages the highest revision counts, and
# a tombstone (no value, which %S tells with -1) takes it away.
set -eu
brokers=$1
topic=${2:-depesche.incidents.v1}
kcat -b "$brokers" -t "$topic" -C -e -q -o beginning -f '{"id":"%k","size":%S,"value":%s}\n' |
    # A tombstone has no value to print.
    sed 's/"size":-1,"value":[^}]*}$/"size":-1,"value":null}/' |
    jq -n -r 'reduce inputs as $message ({};
            if $message.value == null then del(.[$message.id])
            elif $message.value.revision > (.[$message.id].revision // 0) then .[$message.id] = $message.value
            else . end)
        | to_entries | sort_by(.key)[] | .value
        | select(.lifecycle == "new" or .lifecycle == "updated")
        | "\(.id) \(.revision)"'
