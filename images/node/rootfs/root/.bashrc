case $- in *i*) ;; *) return ;; esac

HISTCONTROL=ignoreboth
HISTSIZE=2000
shopt -s histappend checkwinsize globstar

PS1='\[\e[1;32m\]\u@\h\[\e[0m\]:\[\e[1;34m\]\w\[\e[0m\]\$ '
case $TERM in xterm*)
	# The terminal is told where a prompt begins and ends, when a command begins, and how it ended (OSC 133, as shell
	# integrations elsewhere do).
	PS1="\[\e]0;\u@\h: \w\a\e]133;A\a\]$PS1\[\e]133;B\a\]"
	PS2='\[\e]133;P;k=s\a\]> \[\e]133;B\a\]'
	PS0='\e]133;C\a'
	PROMPT_COMMAND='printf "\e]133;D;%s\a" "$?"'
	;;
esac

alias ls='ls --color=auto'
alias ll='ls -lh'
alias la='ls -A'
alias grep='grep --color=auto'
alias ip='ip -color=auto'
alias k=kubectl

# The completion library is long to read: the first Tab does it, not every new shell.
_read_completions()
{
	. /usr/share/bash-completion/bash_completion
	_completion_loader "$@"
}
complete -D -F _read_completions

command_not_found_handle()
{
	. /usr/lib/drydock/command-not-found "$@"
}
