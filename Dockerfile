# The server without Node on the host: docker build -t agent-simulation-mcp . && docker run -i --rm agent-simulation-mcp
FROM node:24-alpine AS build
WORKDIR /src
COPY . .
RUN npm ci --no-audit --no-fund

FROM node:24-alpine
COPY --from=build /src/dist /app
COPY --from=build /src/LICENSE /app/LICENSE
ENV NODE_ENV=production AGENT_SIM_HOME=/data
RUN mkdir /data && chown node /data
# The journal of starts outlives the container: -v agent-simulation:/data
VOLUME /data
USER node
ENTRYPOINT ["node", "/app/main.cjs"]
CMD ["serve"]
