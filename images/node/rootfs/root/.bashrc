case $- in *i*) ;; *) return ;; esac

HISTCONTROL=ignoreboth
HISTSIZE=2000
shopt -s histappend checkwinsize globstar

PS1='\[\e[1;32m\]\u@\h\[\e[0m\]:\[\e[1;34m\]\w\[\e[0m\]\$ '
case $TERM in xterm*)
	PS1="\[\e]0;\u@\h: \w\a\]$PS1"
	# The terminal is told how the last command ended (OSC 133, as shell integrations elsewhere do).
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
