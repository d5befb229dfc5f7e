// Writes to a broker what only Kafka's own Java client can write, and reads it back as a second opinion.
// java -cp 'lib/*' broker-scenarios.java <bootstrap> <step> ..., a step being scenario,topic[,argument]
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.*;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.*;

class BrokerScenarios {
  static String bootstrap;

  public static void main(String[] args) throws Exception {
    bootstrap = args[0];
    for (int i = 1; i < args.length; i++) run(args[i].split(",", 3));
  }

  static void run(String[] step) throws Exception {
    String topic = step[1];
    switch (step[0]) {
      case "dump" -> dump(topic, step[2]);
      case "codecs" -> codecs(topic);
      case "one-batch" -> oneBatch(topic, Integer.parseInt(step[2]));
      case "append-time" -> appendTime(topic);
      case "compacted" -> compacted(topic);
      case "transactions" -> transactions(topic);
      case "open-transaction" -> openTransaction(topic);
      default -> throw new IllegalArgumentException(step[0]);
    }
  }

  static Producer<byte[], byte[]> producer(Map<String, Object> more) {
    Map<String, Object> config = new HashMap<>(Map.of("bootstrap.servers", bootstrap, "linger.ms", 20));
    config.putAll(more);
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  static void create(String topic, Map<String, String> config) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1).configs(config))).all().get();
    }
  }

  static ProducerRecord<byte[], byte[]> record(String topic, String key, String value) {
    return new ProducerRecord<>(topic, 0, bytes(key), bytes(value));
  }

  static byte[] bytes(String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  /** Every codec in one topic partition, in two rounds. */
  static void codecs(String topic) throws Exception {
    create(topic, Map.of());
    for (int round = 0; round < 2; round++)
      for (String codec : List.of("none", "gzip", "snappy", "lz4", "zstd"))
        try (var producer = producer(Map.of("compression.type", codec, "batch.size", 200_000))) {
          for (int i = 0; i < 3000; i++) {
            var record = record(topic, codec + i, "value " + i + " " + "abc".repeat(i % 50));
            record.headers().add("codec", bytes(codec)).add("codec", null);
            producer.send(record);
          }
        }
  }

  static void oneBatch(String topic, int count) throws Exception {
    create(topic, Map.of());
    var config = Map.<String, Object>of("compression.type", "lz4", "batch.size", 8_000_000, "linger.ms", 60_000,
        "max.request.size", 9_000_000, "buffer.memory", 200_000_000L, "delivery.timeout.ms", 200_000);
    try (var producer = producer(config)) {
      for (int i = 0; i < count; i++) producer.send(new ProducerRecord<>(topic, 0, null, new byte[] {'1'}));
      producer.flush();
    }
  }

  static void appendTime(String topic) throws Exception {
    create(topic, Map.of("message.timestamp.type", "LogAppendTime"));
    for (String codec : List.of("none", "zstd"))
      try (var producer = producer(Map.of("compression.type", codec))) {
        for (int i = 0; i < 100; i++) producer.send(new ProducerRecord<>(topic, 0, 1_000_000L + i, null, bytes("v" + i)));
      }
  }

  /** Keys written many times over, and deleted ones, until the cleaner has removed most of them. */
  static void compacted(String topic) throws Exception {
    create(topic, Map.of("cleanup.policy", "compact", "segment.ms", "100", "min.cleanable.dirty.ratio", "0.001",
        "delete.retention.ms", "0", "min.compaction.lag.ms", "0"));
    try (var producer = producer(Map.of("linger.ms", 0))) {
      for (int i = 0; i < 10_000; i++) producer.send(record(topic, "key" + i % 200, i % 7 == 0 ? null : "value" + i));
      for (int round = 0; round < 300; round++) {
        producer.send(record(topic, "filler", "round" + round)).get();
        if (count(topic) < 1000) return;
        Thread.sleep(100);
      }
      throw new IllegalStateException("The cleaner did not run");
    }
  }

  static int count(String topic) {
    int[] count = {0};
    consume(topic, record -> count[0]++);
    return count[0];
  }

  static Producer<byte[], byte[]> transactional(String id, Map<String, Object> more) {
    Map<String, Object> config = new HashMap<>(Map.of("transactional.id", id, "transaction.timeout.ms", 300_000));
    config.putAll(more);
    var producer = producer(config);
    producer.initTransactions();
    return producer;
  }

  static void transactions(String topic) throws Exception {
    create(topic, Map.of());
    try (var a = transactional(topic + "-a", Map.of());
        var b = transactional(topic + "-b", Map.of("compression.type", "zstd"));
        var plain = producer(Map.of())) {
      // Interleaved: one commits, one aborts, one is no transaction.
      a.beginTransaction();
      b.beginTransaction();
      for (int i = 0; i < 20; i++) {
        a.send(record(topic, "a", "commit" + i)).get();
        b.send(record(topic, "b", "abort" + i)).get();
        plain.send(record(topic, "p", "plain" + i)).get();
      }
      b.abortTransaction();
      a.commitTransaction();
      // Several aborts of one producer within one fetch, then a commit of the same.
      for (int round = 0; round < 4; round++) {
        a.beginTransaction();
        for (int i = 0; i < 10; i++) a.send(record(topic, "a", "abort" + round + "-" + i));
        a.flush();
        a.abortTransaction();
      }
      // A key that looks like an abort marker, in an aborted and in a committed transaction.
      for (boolean commit : new boolean[] {false, true}) {
        b.beginTransaction();
        b.send(record(topic, "x", "before" + commit));
        b.send(new ProducerRecord<>(topic, 0, new byte[4], bytes("marker" + commit)));
        b.send(record(topic, "x", "after" + commit));
        b.flush();
        if (commit) b.commitTransaction();
        else b.abortTransaction();
      }
      // An aborted transaction so long that its marker lies in a later fetch.
      a.beginTransaction();
      for (int i = 0; i < 3000; i++) a.send(record(topic, "long", "abort" + i + "-".repeat(200)));
      a.flush();
      plain.send(record(topic, "p", "within")).get();
      a.abortTransaction();
      plain.send(record(topic, "p", "last")).get();
      // A tail of nothing but aborted records.
      b.beginTransaction();
      for (int i = 0; i < 2000; i++) b.send(record(topic, "tail", "abort" + i));
      b.flush();
      b.abortTransaction();
    }
  }

  /** Ends without a commit, an abort or a goodbye. */
  static void openTransaction(String topic) throws Exception {
    create(topic, Map.of());
    try (var plain = producer(Map.of())) {
      for (int i = 0; i < 5; i++) plain.send(record(topic, "p", "before" + i)).get();
    }
    var open = transactional(topic + "-open", Map.of());
    open.beginTransaction();
    open.send(record(topic, "o", "open")).get();
    try (var plain = producer(Map.of())) {
      for (int i = 0; i < 5; i++) plain.send(record(topic, "p", "after" + i)).get();
    }
    Runtime.getRuntime().halt(0);
  }

  interface Visit {
    void record(ConsumerRecord<byte[], byte[]> record) throws RuntimeException;
  }

  static void consume(String topic, Visit visit) {
    var config = Map.<String, Object>of("bootstrap.servers", bootstrap, "isolation.level", "read_committed",
        "auto.offset.reset", "earliest");
    try (var consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      var partitions = consumer.partitionsFor(topic).stream().map(p -> new TopicPartition(topic, p.partition())).toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p)))
        for (var record : consumer.poll(Duration.ofMillis(200))) visit.record(record);
    }
  }

  /** One line per committed record: partition, offset, timestamp, key, value, headers; bytes in hex, null as a dash. */
  static void dump(String topic, String file) throws Exception {
    try (var out = new PrintWriter(file, StandardCharsets.UTF_8)) {
      consume(topic, record -> {
        var line = new StringJoiner(" ").add("" + record.partition()).add("" + record.offset())
            .add("" + record.timestamp()).add(hex(record.key())).add(hex(record.value()));
        for (Header header : record.headers()) line.add(header.key() + "=" + hex(header.value()));
        out.println(line);
      });
    }
  }

  static String hex(byte[] bytes) {
    return bytes == null ? "-" : "x" + HexFormat.of().formatHex(bytes);
  }
}
