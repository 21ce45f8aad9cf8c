"""`bbcs completion SHELL`: the script that lets a shell ask for candidates (`completion`)."""

from __future__ import annotations

from collections.abc import Mapping

from bbcs.cli import options, output
from bbcs.cli.click import Command
from bbcs.cli.options import Argument, CommandDefinition, Values
from bbcs.cli.settings import Settings
from bbcs.errors import UnknownWord

BASH = """\
# bbcs 的 Tab 补全（bash）。装上：bbcs completion bash >> ~/.bashrc
_bbcs_completion() {
    local IFS=$'\\n'
    COMPREPLY=($("${COMP_WORDS[0]}" completion words -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1))
}
complete -o bashdefault -o default -F _bbcs_completion bbcs
"""

ZSH = """\
#compdef bbcs
# bbcs 的 Tab 补全（zsh）。装上：bbcs completion zsh >> ~/.zshrc
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i }
_bbcs() {
    local line
    local -a found
    for line in "${(@f)$("${words[1]}" completion words -- "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
        [[ -n $line ]] && found+=("${${line%%$'\\t'*}//:/\\\\:}:${line#*$'\\t'}")
    done
    if (( ${#found} )); then _describe -V bbcs found; else _files; fi
}
compdef _bbcs bbcs
"""

FISH = """\
# bbcs 的 Tab 补全（fish）。装上：bbcs completion fish > ~/.config/fish/completions/bbcs.fish
function __bbcs_completion
    set -l words (commandline -opc) (commandline -ct)
    set -l found ($words[1] completion words -- $words[2..-1] 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c bbcs -f -k -a '(__bbcs_completion)'
"""

POWERSHELL = """\
# bbcs 的 Tab 补全（PowerShell）。没有在 PowerShell 上试过。装上：bbcs completion powershell >> $PROFILE
Register-ArgumentCompleter -Native -CommandName bbcs -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
    bbcs completion words -- @words "$wordToComplete" 2>$null | ForEach-Object {
        $text, $meaning = $_ -split "`t", 2
        if (-not $meaning) { $meaning = $text }
        [System.Management.Automation.CompletionResult]::new($text, $text, 'ParameterValue', $meaning)
    }
}
"""

SCRIPTS: Mapping[str, str] = {"bash": BASH, "zsh": ZSH, "fish": FISH, "powershell": POWERSHELL}


def _completion(settings: Settings, values: Values) -> None:
    shell = values["shell"].lower()
    if shell not in SCRIPTS:
        raise UnknownWord("外壳", shell, list(SCRIPTS), field="shell")
    text = SCRIPTS[shell]
    document = {"schema": "bbcs.completion/1", "shell": shell, "script": text}
    output.answer(settings, document, text.rstrip("\n"), text.rstrip("\n"))


def command(word: str) -> Command:
    """The command."""
    return options.command(
        word,
        CommandDefinition(
            "打印按制表键补全的脚本：命令、选项、规则包的词、单位、在办的编号",
            _completion,
            arguments=(Argument("shell", "外壳", "命令行外壳的名字，见示例"),),
            examples=(
                "bbcs completion bash >> ~/.bashrc",
                "bbcs completion zsh >> ~/.zshrc",
                "bbcs completion fish > ~/.config/fish/completions/bbcs.fish",
                "bbcs completion powershell >> $PROFILE",
            ),
        ),
    )
