declare -F __berth_done >/dev/null || {
__berth_done() { local s=$? d=${PWD//\%/%25}; printf '\e]133;D;%s\a\e]7;file://%s%s\a' "$s" "$HOSTNAME" "${d//[[:cntrl:]]/?}"; return "$s"; };
__berth_wrap() { local s=$?; case $PS1 in *'133;B'*) ;; *) PS1='\[\e]133;A\a\]'$PS1'\[\e]133;B\a\]' ;; esac;
case $PS2 in *'133;B'*) ;; *) PS2='\[\e]133;A;k=s\a\]'$PS2'\[\e]133;B\a\]' ;; esac; return "$s"; };
if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] > 500)); then PROMPT_COMMAND=(__berth_done "${PROMPT_COMMAND[@]}" __berth_wrap);
else PROMPT_COMMAND="__berth_done${PROMPT_COMMAND:+; $PROMPT_COMMAND}; __berth_wrap"; fi;
PS0='\e]133;C\a'$PS0; printf '\e]133;C\a'; }
