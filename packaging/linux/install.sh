#!/bin/sh
# install.sh [--remove] [--prefix DIR]: installs Dormer from this folder, for this
# user (in ~/.local), or as root for everybody (in /usr/local); or removes it again.
# Data, credentials and downloaded files stay: "dormer forget" forgets them.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
remove=
prefix=
while [ $# -gt 0 ]; do
	case $1 in
	--remove) remove=yes ;;
	--prefix) prefix=${2:?--prefix needs a folder}; shift ;;
	*) echo "usage: install.sh [--remove] [--prefix DIR]" >&2; exit 2 ;;
	esac
	shift
done
if [ -z "$prefix" ]; then
	if [ "$(id -u)" = 0 ]; then prefix=/usr/local; else prefix=$HOME/.local; fi
fi

# Beside the program stands what this script put there, from the folder it came with.
files=$(cd "$here/root" && find . -type f | sed 's|^\./||' | sort)

if [ -n "$remove" ]; then
	if [ -x "$prefix/bin/dormer" ] && "$prefix/bin/dormer" stop 2>/dev/null; then echo "Dormer was stopped."; fi
	for f in $files; do rm -f "$prefix/$f"; done
	for f in $files; do
		d=$(dirname "$f")
		case $d in share/doc/dormer | share/dormer* | *.service.d) rmdir "$prefix/$d" 2>/dev/null || true ;; esac
	done
	if [ "$(id -u)" != 0 ]; then rm -f "${XDG_CONFIG_HOME:-$HOME/.config}/autostart/app.dormer.Dormer.desktop"; fi
	echo "Dormer is removed from $prefix. Its data stays where it was (~/.local/share/dormer, Documents/Dormer)."
else
	for f in $files; do
		mkdir -p "$prefix/$(dirname "$f")"
		# Beside and renamed: a Dormer that runs keeps its own until it starts again.
		cp "$here/root/$f" "$prefix/$f.new"
		case $f in bin/*) chmod 755 "$prefix/$f.new" ;; *) chmod 644 "$prefix/$f.new" ;; esac
		case $f in # the menu starts this one, also where ~/.local/bin is not on the PATH
		*.desktop | *.service) sed "s|^\(Exec\|TryExec\|ExecStart\)=\(/usr/bin/\)\{0,1\}dormer|\1=$prefix/bin/dormer|" "$here/root/$f" >"$prefix/$f.new" ;;
		esac
		mv -f "$prefix/$f.new" "$prefix/$f"
	done
	echo "Dormer is installed: $prefix/bin/dormer"
	case ":$PATH:" in *":$prefix/bin:"*) ;; *) echo "(That folder is not on your PATH; the menu finds it all the same.)" ;; esac
fi
if command -v update-desktop-database >/dev/null; then update-desktop-database -q "$prefix/share/applications" 2>/dev/null || true; fi
if command -v gtk-update-icon-cache >/dev/null; then gtk-update-icon-cache -qtf "$prefix/share/icons/hicolor" 2>/dev/null || true; fi
