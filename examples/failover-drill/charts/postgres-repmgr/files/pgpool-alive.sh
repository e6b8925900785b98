#!/bin/bash
# Fails when a member takes writes and pgpool leads to none that does: it was seen to stay on a standby, and to look for a primary that it had given up.
# While no member is primary that is the members' failure, and no reason to start pgpool again.
. /scripts/pgpool-primary.sh
takes_writes 127.0.0.1 || ! a_member_is_primary
