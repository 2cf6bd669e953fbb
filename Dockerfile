# syntax=docker/dockerfile:1

# The image holds the program and the few Debian packages that it needs. It runs as user 10001,
# and writes to /data only, so it also runs with a read-only file system:
#
#   docker build -t claimspan .
#   docker run --read-only --cap-drop ALL --security-opt no-new-privileges \
#       -p 127.0.0.1:8080:8080 -v claimspan:/data claimspan
#
# `docker run … claimspan COMMAND` runs any other command. compose.yaml has a PostgreSQL with it.

FROM rust:1.95.0-slim-trixie AS build
WORKDIR /src
COPY . .
# The cache mounts keep downloads and compiled crates between builds; the program is copied out,
# since a mount is not part of the image.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --package claimspan \
    && cp target/release/claimspan /usr/local/bin/claimspan \
    && install -d -m 0750 -o 10001 -g 10001 /data

FROM debian:trixie-slim
LABEL org.opencontainers.image.title="Claimspan" \
    org.opencontainers.image.description="A fact-check annotation server" \
    org.opencontainers.image.licenses="MIT OR Apache-2.0"
COPY --from=build /usr/local/bin/claimspan /usr/local/bin/claimspan
COPY --from=build /src/LICENSE-APACHE /src/LICENSE-MIT /usr/share/doc/claimspan/
# A new volume takes the owner of the folder that it is mounted on.
COPY --from=build --chown=10001:10001 /data /data
ENV CLAIMSPAN_DATABASE_URL=sqlite:///data/claimspan.db \
    CLAIMSPAN_LISTEN=0.0.0.0:8080 \
    CLAIMSPAN_LOG_JSON=true
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
# The server answers what is in flight for up to 30 seconds. Give it more: `docker stop -t 40`.
STOPSIGNAL SIGTERM
# The image has no curl; bash and grep are part of every Debian.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --start-interval=1s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /health/ready HTTP/1.0\\r\\n\\r\\n' >&3 && grep -q '^HTTP/1.[01] 200' <&3"]
ENTRYPOINT ["claimspan"]
CMD ["serve"]
