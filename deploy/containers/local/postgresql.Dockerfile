# A local stand-in for the public PostgreSQL image: the distribution's packages, and of the entry point what we use.
FROM sallyport-local/debian
RUN groupadd --system --gid 999 postgres && \
    useradd --system --uid 999 --gid postgres --home-dir /var/lib/postgresql --shell /bin/bash postgres
COPY deploy/containers/need /usr/local/sbin/need
RUN mkdir -p /etc/postgresql-common && echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf && \
    need postgresql util-linux && ln -s /usr/lib/postgresql/*/bin/* /usr/local/bin/ && \
    mkdir -p /docker-entrypoint-initdb.d /var/lib/postgresql && chown postgres:postgres /var/lib/postgresql
COPY deploy/containers/local/docker-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
ENV LANG=C.UTF-8 PGDATA=/var/lib/postgresql/docker
EXPOSE 5432
STOPSIGNAL SIGINT
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]
