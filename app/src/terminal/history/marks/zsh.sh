(( $+functions[__berth_done] )) || {
autoload -Uz add-zsh-hook;
__berth_done() { local s=$? d=${PWD//\%/%25}; print -rn -- $'\e]133;D;'$s$'\a\e]7;file://'$HOST${d//[[:cntrl:]]/_}$'\a';
[[ $PS1 == *'133;B'* ]] || PS1=$'%{\e]133;A\a%}'$PS1$'%{\e]133;B\a%}'; };
__berth_begin() { local c=${1//\\/\\\\}; c=${${c//;/\\x3b}//$'\n'/\\x0a};
[[ -n $c ]] && print -rn -- $'\e]633;E;'${c//[[:cntrl:]]/ }$'\a'; print -rn -- $'\e]133;C\a'; };
add-zsh-hook precmd __berth_done; add-zsh-hook preexec __berth_begin; print -rn -- $'\e]133;C\a'; }
