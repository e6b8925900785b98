/**
 * What the clone's container runs, in any image with a shell and the usual programs. Told by the environment: FROM (the volume that is read) and VOLUME (an empty
 * one). Answers with a line of the copier's protocol.
 *
 * `rehelm-clone` on the new volume says that what is there is half of a clone; another pod begins anew. Where it is gone, all of it is there, and proved.
 */
export const cloneScript = `set -eu
export LC_ALL=C
STATE="$VOLUME/rehelm-clone"

plain() { tr '\\n"\\\\\\\\\\t\\r' "    " | cut -c1-1500; }
refuse() { printf '{"failure":{"type":"%s","message":"%s"}}\\n' "$1" "$(printf '%s' "$2" | plain)"; exit 1; }
kib() { du -sk "$1" | cut -f1; }
# All of a volume but what its file system or this script has put there.
parts() { for path in "$1"/* "$1"/.[!.]*; do case "\${path##*/}" in lost+found | rehelm-clone | '*' | '.[!.]*') ;; *) printf '%s\\n' "$path" ;; esac; done; }
# Every file with its contents; folders and links by their names.
list() {
  (cd "$1"
    find . -mindepth 1 ! -path './lost+found*' ! -path './rehelm-clone*' ! -type f | sort
    find . ! -path './lost+found*' ! -path './rehelm-clone*' -type f -exec sha256sum {} + | sort -k 2)
}
answer() { printf '{"result":{"files":%s,"bytes":%s}}\\n' "$(find "$VOLUME" ! -path "$VOLUME/lost+found*" -type f | wc -l)" "$(($(kib "$VOLUME") * 1024))"; exit 0; }
prove() { echo "reading both once more"; [ "$(list "$FROM" | sha256sum)" = "$(list "$VOLUME" | sha256sum)" ]; }

outside=$(find "$FROM" -path '*/pg_tblspc/*' -type l)
if [ -n "$outside" ]; then refuse VolumeUnfit "tablespaces lie on other volumes, which no clone of this one brings: $outside"; fi

if [ ! -d "$STATE" ]; then
  if [ -n "$(parts "$VOLUME")" ]; then
    if prove; then answer; fi
    refuse VolumeUnfit "the volume for the clone holds something else: $(parts "$VOLUME")"
  fi
  mkdir "$STATE"
fi
parts "$VOLUME" | while read -r path; do rm -rf "$path"; done

total=$(kib "$FROM")
(while sleep 5 > /dev/null 2>&1; do echo "copied $(kib "$VOLUME") of $total KiB"; done) &
teller=$!
trap 'kill $teller 2> /dev/null || true' EXIT
if ! said=$(parts "$FROM" | while read -r path; do cp -a "$path" "$VOLUME/" || exit 1; done 2>&1); then
  case "$said" in *'No space left'*) refuse NoSpace "$said" ;; esac
  refuse VolumeUnfit "$said"
fi
sync
if ! prove; then refuse VerifyMismatch "the clone is not what was read: does somebody write to $FROM?"; fi
rmdir "$STATE"
answer
`;
