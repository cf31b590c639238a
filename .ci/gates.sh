# shellcheck shell=bash
# Counts for .ci/check and .ci/test: every gate is a command that passes or fails; every runner leaves a
# JSON file {"passed": n, "failed": n}. Source it after lib.sh. At the end comes "N passed, N failed".
out=.ci/out
rm -rf "$out"
mkdir -p "$out"
passed=0
failed=0

# gate NAME COMMAND… counts one.
gate() {
  local name=$1 began=$SECONDS
  shift
  say "== $name"
  if "$@" </dev/null; then
    passed=$((passed + 1))
    say "== $name: passed in $((SECONDS - began)) s"
  else
    failed=$((failed + 1))
    say "== $name: FAILED in $((SECONDS - began)) s"
  fi
}

# runner NAME COMMAND… counts what $out/NAME.json says. A runner that fails without a failed test, or leaves no
# count, is one failure: nothing passes because it did not run.
runner() {
  local name=$1 began=$SECONDS status=0 good=0 bad=0
  shift
  say "== $name"
  "$@" </dev/null || status=$?
  if [ -s "$out/$name.json" ]; then
    read -r good bad < <(node .ci/count.mjs read "$out/$name.json") || true
  fi
  if [ "$status" != 0 ] && [ "$bad" = 0 ]; then bad=1; fi
  if [ "$good" = 0 ] && [ "$bad" = 0 ]; then
    say "$name ran no test"
    bad=1
  fi
  passed=$((passed + good))
  failed=$((failed + bad))
  say "== $name: $good passed, $bad failed in $((SECONDS - began)) s"
}

# go_tests FLAG… runs the Go tests and prints what failed.
go_tests() {
  go test -json -count=1 -shuffle=on -vet=off "$@" ./... | node .ci/count.mjs go "$out/go.json"
}

vitest() { (cd webapp && npm test -- --reporter=default --reporter=json --outputFile.json="../$out/vitest.json"); }

# finish prints the totals as the last line and ends the script.
finish() {
  echo "$passed passed, $failed failed"
  [ "$failed" = 0 ]
}
