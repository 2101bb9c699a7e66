#!/bin/sh
exec java -XX:+UseSerialGC -Xmx320m --enable-native-access=ALL-UNNAMED \
  --sun-misc-unsafe-memory-access=allow -Dlogback.configurationFile=/opt/kafka/bin/logback.xml \
  -cp '/app/lib/*' kafka.Kafka "$@"
