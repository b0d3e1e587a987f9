#!/usr/bin/env bash
# Keep one comment on a pull request up to date.
#
# REPORT        the Markdown file to show
# ABOUT         what it is about: each has a comment of its own
# PULL_REQUEST  its number in GITHUB_REPOSITORY
# GH_TOKEN      may be one that only reads: that is told, and fails nothing
set -euo pipefail

# The first line is a mark that readers do not see. Anybody may write it, so that the author
# counts too: a stranger's comment is never written over.
mark="<!-- reviewgraph $(printf %s "$ABOUT" | sha256sum | cut -c 1-16) -->"
body=$(mktemp "$RUNNER_TEMP/reviewgraph-comment-XXXXXXXX")
{ echo "$mark"; cat -- "$REPORT"; } > "$body"

comments=repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments
ours=".[] | select(.user.login == \"github-actions[bot]\" and (.body | startswith(\"$mark\"))) | .id"

publish() {
  local ids id
  ids=$(gh api --paginate "$comments?per_page=100" --jq "$ours") || return
  id=${ids%%$'\n'*}
  if [[ -n $id ]]; then
    gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" --field "body=@$body"
  else
    gh api --silent --method POST "$comments" --field "body=@$body"
  fi
}

publish || echo "::notice title=reviewgraph::เขียนความเห็นไม่ได้ ดูรายงานในหน้าสรุป · no comment: the token may not write; the report is in the job's summary"
