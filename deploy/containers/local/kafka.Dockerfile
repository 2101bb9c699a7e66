# Kafka for tests, with the two commands of the public image that libs/testkit calls; the broker comes from the build's jars.
ARG VERSION=local
FROM localhost/sallyport/kafka:${VERSION}
USER 0:0
COPY deploy/containers/local/kafka-storage.sh deploy/containers/local/kafka-server-start.sh \
     deploy/containers/local/logback.xml /opt/kafka/bin/
USER 10007:10007
