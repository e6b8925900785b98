# Knocks at a web server, one knock after another, a line for each on standard output: SECONDS ack N | SECONDS failed N
n=0
while :; do
  n=$((n + 1))
  if curl --silent --fail --max-time 1 --output /dev/null "$URL"; then echo "$EPOCHREALTIME ack $n"; else echo "$EPOCHREALTIME failed $n"; fi
  sleep 0.05
done
