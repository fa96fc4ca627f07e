#!/bin/sh
# kustomize 5.8.1: an overlay that merges a value into a generated ConfigMap (`behavior: merge`, or `replace`) keeps the
# labels and the unhashed name that the base's generator gave it, and loses its `immutable: true`, without a message.
#
# Guessed: all three options of the base stay. Seen, 2026-11-28: base immutable, overlay not; labels and name as before.
set -eu
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
cd "$folder"
GOBIN="$folder" GOPATH="$folder/go" go install sigs.k8s.io/kustomize/kustomize/v5@v5.8.1

mkdir base overlay
cat >base/kustomization.yaml <<'YAML'
configMapGenerator:
  - name: settings
    literals: [A=1]
    options: { disableNameSuffixHash: true, immutable: true, labels: { of: base } }
YAML
cat >overlay/kustomization.yaml <<'YAML'
resources: [../base]
configMapGenerator:
  - { name: settings, behavior: merge, literals: [B=2] }
YAML
./kustomize build base | tee base.out
echo ---
./kustomize build overlay | tee overlay.out
grep -q '^immutable: true' base.out
if grep -q immutable overlay.out; then exit 1; fi
grep -q '^    of: base' overlay.out
grep -q '^  name: settings$' overlay.out
