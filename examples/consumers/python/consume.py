#!/usr/bin/env python3
"""Keeps a SQLite table of the open incidents up to date.

    pip install confluent-kafka
    python3 consume.py BROKERS DATABASE [--topic depesche.incidents.v1] [--once]

Kafka delivers each message at least once, and a message may come again after a restart. The table is
right all the same: a row is only ever replaced by a higher revision, a tombstone deletes it, and the
offset is committed after the row. --once ends when everything was read, and prints the table.
"""

import argparse
import json
import sqlite3
import sys

from confluent_kafka import Consumer, KafkaError, KafkaException

UPSERT = """
INSERT INTO incident (id, revision, lifecycle, type, severity, title, body) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, lifecycle = excluded.lifecycle,
  type = excluded.type, severity = excluded.severity, title = excluded.title, body = excluded.body
WHERE excluded.revision > incident.revision
"""


def handle(table, message):
    """One message into the table."""
    key = message.key().decode()
    if message.value() is None:
        # Merged or retracted; the message before said which.
        table.execute("DELETE FROM incident WHERE id = ?", (key,))
        return
    incident = json.loads(message.value())
    table.execute(
        UPSERT,
        (
            key,
            incident["revision"],
            incident["lifecycle"],
            incident["type"],
            incident["severity"],
            incident["title"],
            message.value().decode(),
        ),
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("brokers")
    parser.add_argument("database")
    parser.add_argument("--topic", default="depesche.incidents.v1")
    parser.add_argument("--group", default="example-python")
    parser.add_argument("--once", action="store_true")
    arguments = parser.parse_args()

    table = sqlite3.connect(arguments.database)
    table.execute(
        "CREATE TABLE IF NOT EXISTS incident (id TEXT PRIMARY KEY, revision INTEGER NOT NULL,"
        " lifecycle TEXT NOT NULL, type TEXT NOT NULL, severity REAL NOT NULL, title TEXT NOT NULL,"
        " body TEXT NOT NULL)"
    )
    consumer = Consumer(
        {
            "bootstrap.servers": arguments.brokers,
            "group.id": arguments.group,
            # A new group begins with the whole table, not with what is to come.
            "auto.offset.reset": "earliest",
            # Ours to say: after the row was written.
            "enable.auto.commit": False,
            "enable.partition.eof": True,
        }
    )
    consumer.subscribe([arguments.topic])
    ended = set()
    try:
        while True:
            message = consumer.poll(1.0)
            if message is None:
                continue
            if message.error():
                if message.error().code() != KafkaError._PARTITION_EOF:
                    raise KafkaException(message.error())
                ended.add(message.partition())
                if arguments.once and ended >= {p.partition for p in consumer.assignment()}:
                    break
                continue
            ended.discard(message.partition())
            with table:
                handle(table, message)
            consumer.commit(message, asynchronous=False)
    except KeyboardInterrupt:
        pass
    finally:
        consumer.close()
    open_ones = "SELECT id, revision FROM incident WHERE lifecycle IN ('new', 'updated') ORDER BY id"
    for row in table.execute(open_ones):
        print(*row)


if __name__ == "__main__":
    sys.exit(main())
