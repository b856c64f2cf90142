import { UsageError } from './errors.ts';
import type { Verb } from './verb.ts';

const bash = `# bash completion for kubectl: asks kubectl itself for the candidates.
__kubectl_complete() {
    local line directive candidates=() word="\${COMP_WORDS[COMP_CWORD]}"
    local IFS=$'\\n'
    for line in $(kubectl __completeNoDesc "\${COMP_WORDS[@]:1:COMP_CWORD-1}" "$word" 2>/dev/null); do
        case "$line" in
            :*) directive="\${line#:}" ;;
            *) candidates+=("$line") ;;
        esac
    done
    COMPREPLY=($(compgen -W "\${candidates[*]}" -- "$word"))
    if (( (directive & 2) != 0 )); then compopt -o nospace; fi
    if (( \${#COMPREPLY[@]} == 0 && (directive & 4) == 0 )); then compopt -o default; fi
}
complete -F __kubectl_complete kubectl
complete -F __kubectl_complete k
`;

export const completion: Verb = {
	name: 'completion',
	usage: 'SHELL',
	short: 'Output shell completion code for the specified shell (bash)',
	group: 'Settings Commands',
	complete: 'none',
	async run(session) {
		const [shell, ...more] = session.args;
		if (shell === undefined) throw new UsageError('Shell not specified.');
		if (more.length > 0) throw new UsageError('Too many arguments. Expected only the shell type.');
		if (shell !== 'bash') throw new UsageError(`Unsupported shell type "${shell}".`);
		await session.out(bash);
	},
};
