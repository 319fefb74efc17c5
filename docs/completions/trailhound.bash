# Completions of trailhound for bash; written by `trailhound completions bash`.
_trailhound() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} flags= paths=
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W 'baseline completions coverage explain help hunt ingest lake look manpage report schema spl sql sweep synth trail triage version' -- "$word"))
    return
  fi
  case ${COMP_WORDS[1]} in
    baseline)
      flags='--help --compare --all --fail-on --account --service --by --top --allowed-regions --logs --lake --from --to --now --unique --site --memory --threads --format --output --utc-offset --raw-csv --color --quiet --errors'
      case $before in
        --compare) :; return ;;
        --fail-on) COMPREPLY=($(compgen -W 'low medium high critical' -- "$word")); return ;;
        --account) :; return ;;
        --service) :; return ;;
        --by) :; return ;;
        --top) :; return ;;
        --allowed-regions) :; return ;;
        --logs) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --lake) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --from) :; return ;;
        --to) :; return ;;
        --now) :; return ;;
        --site) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --memory) :; return ;;
        --threads) :; return ;;
        --format|-t) COMPREPLY=($(compgen -W 'html csv events json jsonl line markdown parquet table timesketch' -- "$word")); return ;;
        --output|-o) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --utc-offset) :; return ;;
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$word")); return ;;
        --errors) COMPREPLY=($(compgen -W 'text json' -- "$word")); return ;;
      esac
      ;;
    completions)
      flags='--help bash zsh fish --color --quiet --errors'
      case $before in
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$word")); return ;;
        --errors) COMPREPLY=($(compgen -W 'text json' -- "$word")); return ;;
      esac
      ;;
    coverage)
      flags='--help --calendar --fail-on --logs --lake --from --to --now --unique --site --memory --threads --format --output --utc-offset --raw-csv --color --quiet --errors'
      case $before in
        --fail-on) COMPREPLY=($(compgen -W 'gaps' -- "$word")); return ;;
        --logs) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --lake) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --from) :; return ;;
        --to) :; return ;;
        --now) :; return ;;
        --site) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --memory) :; return ;;
        --threads) :; return ;;
        --format|-t) COMPREPLY=($(compgen -W 'csv events json jsonl line markdown parquet table timesketch' -- "$word")); return ;;
        --output|-o) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --utc-offset) :; return ;;
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$word")); return ;;
        --errors) COMPREPLY=($(compgen -W 'text json' -- "$word")); return ;;
      esac
      ;;
    explain)
      flags='--help --file --dialect --param --spl --show --logs --lake --from --to --now --unique --site --memory --threads --color --quiet --errors'
      case $before in
        --file|-f) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --dialect) COMPREPLY=($(compgen -W 'athena lake duckdb' -- "$word")); return ;;
        --param) :; return ;;
        --show) COMPREPLY=($(compgen -W 'tokens tree bound duckdb trino plan' -- "$word")); return ;;
        --logs) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --lake) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --from) :; return ;;
        --to) :; return ;;
        --now) :; return ;;
        --site) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --memory) :; return ;;
        --threads) :; return ;;
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$word")); return ;;
        --errors) COMPREPLY=($(compgen -W 'text json' -- "$word")); return ;;
      esac
      ;;
    help)
      flags='--help --color --quiet --errors'
      case $before in
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$word")); return ;;
        --errors) COMPREPLY=($(compgen -W 'text json' -- "$word")); return ;;
      esac
      ;;
    hunt)
      flags='--help --list --service --attack --hunts --param --sql --story --new --undo --people --fail-on --logs --lake --from --to --now --unique --site --memory --threads --format --output --utc-offset --raw-csv --color --quiet --errors'
      case $before in
        --service) :; return ;;
        --attack) :; return ;;
        --hunts) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --param) :; return ;;
        --story) :; return ;;
        --fail-on) COMPREPLY=($(compgen -W 'low medium high critical' -- "$word")); return ;;
        --logs) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --lake) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --from) :; return ;;
        --to) :; return ;;
        --now) :; return ;;
        --site) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --memory) :; return ;;
        --threads) :; return ;;
        --format|-t) COMPREPLY=($(compgen -W 'csv events json jsonl line markdown parquet table timesketch' -- "$word")); return ;;
        --output|-o) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --utc-offset) :; return ;;
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$word")); return ;;
        --errors) COMPREPLY=($(compgen -W 'text json' -- "$word")); return ;;
      esac
      ;;
    ingest)
      flags='--help --lake --from --to --shard --dry-run --memory --threads --color --quiet --errors'
      case $before in
        --lake) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --from) :; return ;;
        --to) :; return ;;
        --shard) :; return ;;
        --memory) :; return ;;
        --threads) :; return ;;
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$word")); return ;;
        --errors) COMPREPLY=($(compgen -W 'text json' -- "$word")); return ;;
      esac
      ;;
    lake)
      flags='--help --for --location --principal --form --before --account --yes --logs --lake --from --to --now --unique --site --memory --threads --format --output --utc-offset --raw-csv --color --quiet --errors'
      case $before in
        --for) COMPREPLY=($(compgen -W 'athena trino duckdb' -- "$word")); return ;;
        --location) :; return ;;
        --principal) :; return ;;
        --form) COMPREPLY=($(compgen -W 'lines records' -- "$word")); return ;;
        --before) :; return ;;
        --account) :; return ;;
        --logs) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --lake) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --from) :; return ;;
        --to) :; return ;;
        --now) :; return ;;
        --site) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --memory) :; return ;;
        --threads) :; return ;;
        --format|-t) COMPREPLY=($(compgen -W 'csv events json jsonl line markdown parquet table timesketch' -- "$word")); return ;;
        --output|-o) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --utc-offset) :; return ;;
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$word")); return ;;
        --errors) COMPREPLY=($(compgen -W 'text json' -- "$word")); return ;;
      esac
      ;;
    look)
      flags='--help --people --services --all --no-hunts --logs --lake --from --to --now --unique --site --memory --threads --format --output --utc-offset --raw-csv --color --quiet --errors'
      case $before in
        --logs) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --lake) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --from) :; return ;;
        --to) :; return ;;
        --now) :; return ;;
        --site) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --memory) :; return ;;
        --threads) :; return ;;
        --format|-t) COMPREPLY=($(compgen -W 'csv events json jsonl line markdown parquet table timesketch' -- "$word")); return ;;
        --output|-o) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --utc-offset) :; return ;;
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$word")); return ;;
        --errors) COMPREPLY=($(compgen -W 'text json' -- "$word")); return ;;
      esac
      ;;
    manpage)
      flags='--help --markdown --color --quiet --errors'
      case $before in
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$word")); return ;;
        --errors) COMPREPLY=($(compgen -W 'text json' -- "$word")); return ;;
      esac
      ;;
    report)
      flags='--help --findings --format --output --no-hunts --no-sums --logs --lake --from --to --now --unique --site --memory --threads --color --quiet --errors'
      case $before in
        --format|-t) COMPREPLY=($(compgen -W 'html markdown timesketch navigator' -- "$word")); return ;;
        --output|-o) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --logs) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --lake) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --from) :; return ;;
        --to) :; return ;;
        --now) :; return ;;
        --site) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --memory) :; return ;;
        --threads) :; return ;;
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$word")); return ;;
        --errors) COMPREPLY=($(compgen -W 'text json' -- "$word")); return ;;
      esac
      ;;
    schema)
      flags='--help --names --functions --spl --commands --format --output --utc-offset --raw-csv --color --quiet --errors'
      case $before in
        --format|-t) COMPREPLY=($(compgen -W 'csv events json jsonl line markdown parquet table timesketch' -- "$word")); return ;;
        --output|-o) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --utc-offset) :; return ;;
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$word")); return ;;
        --errors) COMPREPLY=($(compgen -W 'text json' -- "$word")); return ;;
      esac
      ;;
    spl)
      flags='--help --file --param --macros --lookups --addon --earliest --latest --logs --lake --from --to --now --unique --site --memory --threads --format --output --utc-offset --raw-csv --color --quiet --errors'
      case $before in
        --file|-f) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --param) :; return ;;
        --macros) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --lookups) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --addon) COMPREPLY=($(compgen -W '7 4.6' -- "$word")); return ;;
        --earliest) :; return ;;
        --latest) :; return ;;
        --logs) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --lake) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --from) :; return ;;
        --to) :; return ;;
        --now) :; return ;;
        --site) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --memory) :; return ;;
        --threads) :; return ;;
        --format|-t) COMPREPLY=($(compgen -W 'csv events json jsonl line markdown parquet table timesketch' -- "$word")); return ;;
        --output|-o) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --utc-offset) :; return ;;
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$word")); return ;;
        --errors) COMPREPLY=($(compgen -W 'text json' -- "$word")); return ;;
      esac
      ;;
    sql)
      flags='--help --file --dialect --param --logs --lake --from --to --now --unique --site --memory --threads --format --output --utc-offset --raw-csv --color --quiet --errors'
      case $before in
        --file|-f) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --dialect) COMPREPLY=($(compgen -W 'athena lake duckdb' -- "$word")); return ;;
        --param) :; return ;;
        --logs) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --lake) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --from) :; return ;;
        --to) :; return ;;
        --now) :; return ;;
        --site) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --memory) :; return ;;
        --threads) :; return ;;
        --format|-t) COMPREPLY=($(compgen -W 'csv events json jsonl line markdown parquet table timesketch' -- "$word")); return ;;
        --output|-o) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --utc-offset) :; return ;;
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$word")); return ;;
        --errors) COMPREPLY=($(compgen -W 'text json' -- "$word")); return ;;
      esac
      ;;
    sweep)
      flags='--help --all --logs --lake --from --to --now --unique --site --memory --threads --format --output --utc-offset --raw-csv --color --quiet --errors'
      case $before in
        --logs) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --lake) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --from) :; return ;;
        --to) :; return ;;
        --now) :; return ;;
        --site) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --memory) :; return ;;
        --threads) :; return ;;
        --format|-t) COMPREPLY=($(compgen -W 'csv events json jsonl line markdown parquet table timesketch' -- "$word")); return ;;
        --output|-o) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --utc-offset) :; return ;;
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$word")); return ;;
        --errors) COMPREPLY=($(compgen -W 'text json' -- "$word")); return ;;
      esac
      ;;
    synth)
      flags='--help --output --events --days --accounts --seed --intrusion --threads --color --quiet --errors'
      case $before in
        --output|-o) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --events) :; return ;;
        --days) :; return ;;
        --accounts) :; return ;;
        --seed) :; return ;;
        --intrusion) :; return ;;
        --threads) :; return ;;
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$word")); return ;;
        --errors) COMPREPLY=($(compgen -W 'text json' -- "$word")); return ;;
      esac
      ;;
    trail)
      flags='--help --undo --all --logs --lake --from --to --now --unique --site --memory --threads --format --output --utc-offset --raw-csv --color --quiet --errors'
      case $before in
        --logs) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --lake) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --from) :; return ;;
        --to) :; return ;;
        --now) :; return ;;
        --site) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --memory) :; return ;;
        --threads) :; return ;;
        --format|-t) COMPREPLY=($(compgen -W 'csv events json jsonl line markdown parquet table timesketch' -- "$word")); return ;;
        --output|-o) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --utc-offset) :; return ;;
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$word")); return ;;
        --errors) COMPREPLY=($(compgen -W 'text json' -- "$word")); return ;;
      esac
      ;;
    triage)
      flags='--help --raw --all --no-hunts --logs --lake --from --to --now --unique --site --memory --threads --format --output --utc-offset --raw-csv --color --quiet --errors'
      case $before in
        --logs) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --lake) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --from) :; return ;;
        --to) :; return ;;
        --now) :; return ;;
        --site) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --memory) :; return ;;
        --threads) :; return ;;
        --format|-t) COMPREPLY=($(compgen -W 'csv events json jsonl line markdown parquet table timesketch' -- "$word")); return ;;
        --output|-o) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --utc-offset) :; return ;;
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$word")); return ;;
        --errors) COMPREPLY=($(compgen -W 'text json' -- "$word")); return ;;
      esac
      ;;
    version)
      flags='--help --color --quiet --errors'
      case $before in
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$word")); return ;;
        --errors) COMPREPLY=($(compgen -W 'text json' -- "$word")); return ;;
      esac
      ;;
  esac
  COMPREPLY=($(compgen -W "$flags" -- "$word"))
}
complete -o filenames -o bashdefault -F _trailhound trailhound
