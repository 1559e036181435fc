import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Keeps a folder with one file for each incident up to date.
 *
 * <pre>java -cp 'kafka-clients.jar:jackson-databind.jar:...' Consume.java BROKERS FOLDER [TOPIC] [--once]</pre>
 *
 * Kafka delivers each message at least once, and a message may come again after a restart. The folder is
 * right all the same: a file is only ever replaced by a higher revision, a tombstone deletes it, and the
 * offsets are committed after the files. --once ends when everything was read, and prints the table.
 */
public class Consume {
    private static final ObjectMapper JSON = new ObjectMapper();

    public static void main(String[] words) throws IOException {
        boolean once = List.of(words).contains("--once");
        Path folder = Files.createDirectories(Path.of(words[1]));
        String topic = words.length > 2 && !words[2].startsWith("--") ? words[2] : "depesche.incidents.v1";

        Properties settings = new Properties();
        settings.put("bootstrap.servers", words[0]);
        settings.put("group.id", "example-java");
        // A new group begins with the whole table, not with what is to come.
        settings.put("auto.offset.reset", "earliest");
        // Ours to say: after the files were written.
        settings.put("enable.auto.commit", "false");
        settings.put("key.deserializer", StringDeserializer.class.getName());
        settings.put("value.deserializer", ByteArrayDeserializer.class.getName());

        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(settings)) {
            consumer.subscribe(List.of(topic));
            while (true) {
                var records = consumer.poll(Duration.ofSeconds(1));
                for (ConsumerRecord<String, byte[]> record : records) {
                    handle(folder, record.key(), record.value());
                }
                consumer.commitSync();
                if (once && caughtUp(consumer)) {
                    break;
                }
            }
        }
        for (var row : open(folder).entrySet()) {
            System.out.println(row.getKey() + " " + row.getValue());
        }
    }

    /** One message into the folder. */
    static void handle(Path folder, String id, byte[] value) throws IOException {
        Path file = folder.resolve(id + ".json");
        if (value == null) {
            // Merged or retracted; the message before said which.
            Files.deleteIfExists(file);
            return;
        }
        long revision = JSON.readTree(value).get("revision").asLong();
        if (Files.exists(file) && JSON.readTree(Files.readAllBytes(file)).get("revision").asLong() >= revision) {
            return;
        }
        Path whole = folder.resolve(id + ".part");
        Files.write(whole, value);
        Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Ids and revisions of what is neither merged nor retracted. */
    static TreeMap<String, Long> open(Path folder) throws IOException {
        TreeMap<String, Long> table = new TreeMap<>();
        try (var files = Files.newDirectoryStream(folder, "*.json")) {
            for (Path file : files) {
                JsonNode incident = JSON.readTree(Files.readAllBytes(file));
                if (List.of("new", "updated").contains(incident.get("lifecycle").asText())) {
                    table.put(incident.get("id").asText(), incident.get("revision").asLong());
                }
            }
        }
        return table;
    }

    static boolean caughtUp(KafkaConsumer<String, byte[]> consumer) {
        var parts = consumer.assignment();
        var ends = consumer.endOffsets(parts);
        return !parts.isEmpty() && parts.stream().allMatch(part -> consumer.position(part) >= ends.get(part));
    }
}
