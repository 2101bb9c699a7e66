# Every image of the fleet; see deploy/containers/README.md. Kept to what the classic builder understands.
#
#   docker build --target service --build-arg SERVICE=policy-service -t sallyport/policy-service .
#   docker build --target executor-node -t sallyport/executor-node .
#   docker build --target cli -t sallyport/cli .
#   docker build --target kafka -t sallyport/kafka .

# JDK 25 that builds, and Java 25 that runs.
ARG BUILD_IMAGE=eclipse-temurin:25-jdk
ARG BASE_IMAGE=eclipse-temurin:25-jre

FROM ${BUILD_IMAGE} AS build
# "given" takes the jars that lie in the target folders, "build" makes them here.
ARG JARS=build
WORKDIR /source
COPY . .
# The build compiles the first process of every sandbox.
RUN [ "$JARS" = given ] || sh deploy/containers/need gcc libc6-dev
RUN deploy/containers/lay-out "$JARS" /layers

FROM ${BASE_IMAGE} AS base
COPY deploy/containers/need /usr/local/sbin/need
# For health checks.
RUN need curl
ENV LANG=C.UTF-8 TZ=UTC HOME=/tmp
WORKDIR /app
# Any uid works: nothing in an image is written, and nothing is readable to one user only.
USER 10001:10001

FROM base AS executor-node
USER 0:0
RUN need bubblewrap util-linux
USER 10001:10001
COPY --from=build /layers/executor-service/dependencies/ ./
COPY --from=build /layers/executor-service/spring-boot-loader/ ./
COPY --from=build /layers/executor-service/snapshot-dependencies/ ./
COPY --from=build /layers/executor-service/application/ ./
EXPOSE 8080
ENTRYPOINT ["java", "-XX:+UseSerialGC", "-XX:MaxRAMPercentage=50", "-XX:+ExitOnOutOfMemoryError", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-Djava.awt.headless=true", "-jar", "application.jar"]

FROM base AS cli
COPY --from=build /layers/cli/lib/ ./lib/
COPY --from=build /layers/cli/sallyport.jar ./
COPY deploy/containers/sallyport /usr/local/bin/sallyport
COPY deploy/containers/prepare deploy/containers/renew deploy/containers/vault-identity deploy/containers/infra-identity ./
ENTRYPOINT ["sallyport"]

# The broker that the fleet on one machine embeds, for a network: the same configuration and access rules.
FROM base AS kafka
COPY --from=build /layers/kafka/lib/ ./lib/
USER 0:0
RUN mkdir -m 0700 /var/lib/kafka && chown 10007:10007 /var/lib/kafka
USER 10007:10007
EXPOSE 9092
ENTRYPOINT ["java", "-XX:+UseSerialGC", "-Xmx320m", "-XX:+ExitOnOutOfMemoryError", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-Dlogback.configurationFile=dev/sallyport/embedded/kafka-logging.xml", "-cp", "/app/lib/*"]
CMD ["dev.sallyport.embedded.KafkaNode", "/var/lib/kafka", "/fleet/identities/kafka", "kafka"]

# Last, since the classic builder makes every stage above the one it is asked for, and this one needs an argument.
FROM base AS service
ARG SERVICE
COPY --from=build /layers/${SERVICE}/dependencies/ ./
COPY --from=build /layers/${SERVICE}/spring-boot-loader/ ./
COPY --from=build /layers/${SERVICE}/snapshot-dependencies/ ./
COPY --from=build /layers/${SERVICE}/application/ ./
# Internal connector, public connector.
EXPOSE 8443 8080
ENTRYPOINT ["java", "-XX:+UseSerialGC", "-XX:MaxRAMPercentage=60", "-XX:+ExitOnOutOfMemoryError", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-Djava.awt.headless=true", "-jar", "application.jar"]
