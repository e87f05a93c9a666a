/// The completion script of a shell. It runs `zentrunk complete` and shows the output: one candidate per line, a tab, an
/// explanation; or the single line `:files`.
enum CompletionScript {
    static let shells = ["bash", "zsh", "fish"]

    /// - Returns: nil for any other shell.
    static func text(for shell: String) -> String? {
        switch shell {
        case "bash": bash
        case "zsh": zsh
        case "fish": fish
        default: nil
        }
    }

    private static let bash = #"""
        # bash completion for zentrunk
        _zentrunk() {
            local breaks=${COMP_WORDBREAKS//[^=:]/} count=0 current='' head='' line word
            local -a words=()
            COMPREPLY=()
            # bash splits words at = and :, so what stands side by side on the line belongs together.
            for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
                if ((count > 0)) && [[ -n $word && -n $breaks ]] && [[ $word == [$breaks]* || $current == *[$breaks] ]] &&
                    [[ $COMP_LINE == *"$current$word"* ]]; then
                    current+=$word
                    words[count - 1]=$current
                else
                    current=$word
                    words[count++]=$current
                fi
            done
            [[ -n $breaks ]] && head=${current%"${current##*[$breaks]}"}
            while IFS= read -r line; do
                if [[ $line == :files ]]; then
                    compopt -o default 2>/dev/null
                    return
                fi
                line=${line%%$'\t'*}
                COMPREPLY+=("${line#"$head"}")
            done < <("${COMP_WORDS[0]/#\~\//$HOME/}" complete -- "${words[@]}" 2>/dev/null)
            [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[=:/] ]] && compopt -o nospace 2>/dev/null
            return 0
        }
        complete -o nosort -F _zentrunk zentrunk 2>/dev/null || complete -F _zentrunk zentrunk
        """#

    private static let zsh = #"""
        #compdef zentrunk
        # zsh completion for zentrunk
        _zentrunk() {
            local line word help
            local -a lines candidates space
            lines=("${(@f)$("${(Q)words[1]/#\~\//$HOME/}" complete -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
            if [[ $lines[1] == :files ]]; then
                compset -P '--[^=]#='
                _files
                return
            fi
            for line in $lines; do
                word=${line%%$'\t'*} help=${line#*$'\t'}
                candidates+=("${word//:/\\:}${help:+:$help}")
                [[ $word == *[=:/] ]] && space=(-S '')
            done
            (( $#candidates )) && _describe zentrunk candidates "${space[@]}"
        }
        if [[ $funcstack[1] == _zentrunk ]]; then
            _zentrunk "$@"
        else
            compdef _zentrunk zentrunk
        fi
        """#

    private static let fish = #"""
        # fish completion for zentrunk
        function __zentrunk_complete
            set -l words (commandline -opc)
            set -l current (commandline -ct)
            set -l program $words[1]
            set -e words[1]
            set -l lines (command $program complete -- $words "$current" 2>/dev/null)
            if test "$lines[1]" = :files
                set -l head (string match -r -- '^--[^=]*=' "$current")
                for path in (__fish_complete_path (string replace -- "$head" '' "$current"))
                    printf '%s%s\n' "$head" $path
                end
            else
                printf '%s\n' $lines
            end
        end
        complete -c zentrunk -e
        complete -c zentrunk -f -a '(__zentrunk_complete)'
        """#
}
