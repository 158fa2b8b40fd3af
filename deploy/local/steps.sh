# shellcheck shell=bash
# What the installing scripts share: saying what goes on, and getting packages by apt or from a pinned wheel.

say() { printf '%s\n' "$*"; }
fail() {
  printf 'Gagal: %s\n' "$*" >&2
  exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

# Runs a command whose output goes to a log, and shows that it goes on: in place on a terminal, else a line now and then.
working() {
  local label=$1 log pid begun=$SECONDS shown=0 status=0
  shift
  log=$(mktemp)
  "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    if [[ -t 1 ]]; then
      printf '\r%s … %d detik ' "$label" $((SECONDS - begun))
    elif ((SECONDS - begun >= shown)); then
      say "$label … $((SECONDS - begun)) detik"
      shown=$((2 * (SECONDS - begun) + 5))
    fi
    sleep 0.2
  done
  wait "$pid" || status=$?
  [[ -t 1 ]] && printf '\r\033[K'
  if ((status == 0)); then
    say "✓ $label ($((SECONDS - begun)) detik)"
  else
    tail -n 20 "$log" >&2
  fi
  rm -f "$log"
  return "$status"
}

if ((EUID == 0)); then
  as_root=(env)
elif have sudo && sudo -n true 2>/dev/null; then
  as_root=(sudo -n)
else
  as_root=()
fi

can_apt() { have apt-get && ((${#as_root[@]})); }

# apt <label> <package>...
apt() {
  local label=$1
  shift
  if [[ -z ${apt_updated:-} ]]; then
    working 'Memperbarui daftar paket' "${as_root[@]}" apt-get -q update || fail 'apt-get update tidak berhasil; periksa sambungan jaringan.'
    apt_updated=1
  fi
  working "$label" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -qy -o Dpkg::Options::=--force-confold install --no-install-recommends "$@"
}

# wheel <label> <requirement with hashes> <folder to unpack into>
wheel() {
  local label=$1 requirement=$2 into=$3 work
  if ! python3 -m pip --version >/dev/null 2>&1; then
    can_apt || fail 'python3 dengan pip tidak ada. Pasang dulu: apt-get install python3-pip'
    apt 'Memasang pip' python3-pip || fail 'python3-pip tidak dapat dipasang.'
  fi
  work=$(mktemp -d)
  say "$requirement" | tr '\n' ' ' >"$work/requirements.txt"
  working "$label" env PIP_REQUIRE_VIRTUALENV=0 python3 -m pip download --quiet --no-deps --only-binary=:all: --require-hashes \
    --dest "$work" --requirement "$work/requirements.txt" || {
    rm -rf "$work"
    return 1
  }
  python3 -m zipfile -e "$work"/*.whl "$into"
  rm -rf "$work"
}
