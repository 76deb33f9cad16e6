# Sourced by what writes into docs/reliability.md.

# put SECTION FILE COMMAND: replaces what stands between the section's marks by what a run wrote, if it wrote anything.
put() {
  [[ -e $2 ]] || return 0
  { echo "$(date -u +%Y-%m-%d), commit $(git rev-parse --short HEAD), \`$3\`."; echo; cat "$2"; } > "$2.text"
  sed -i -e "/<!-- $1 -->/,/<!-- \/$1 -->/{/<!-- $1 -->/r $2.text" -e "/<!-- /!d}" docs/reliability.md
}
