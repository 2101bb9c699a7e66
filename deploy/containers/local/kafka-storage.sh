#!/bin/sh
exec java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dlogback.configurationFile=/opt/kafka/bin/logback.xml \
  -cp '/app/lib/*' kafka.tools.StorageTool "$@"
