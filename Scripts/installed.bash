# For install and uninstall: where things go.
# shellcheck shell=bash disable=SC2034
root=${DESTDIR:-}${PREFIX:-/usr/local}
bash_completion=$root/share/bash-completion/completions/zentrunk
zsh_completion=$root/share/zsh/site-functions/_zentrunk
fish_completion=$root/share/fish/vendor_completions.d/zentrunk.fish
installed_folders=("$root/bin" "$root/share/man/man1" "${bash_completion%/*}" "${zsh_completion%/*}" "${fish_completion%/*}")
