functions -q __berth_done; or begin;
function __berth_begin --on-event fish_preexec; printf '\e]133;C;cmdline_url=%s\a' (string escape --style=url -- $argv[1]); end;
function __berth_done --on-event fish_postexec; printf '\e]133;D;%s\a' $status; end;
function __berth_where --on-event fish_prompt; printf '\e]7;file://%s%s\a\e]133;A\a' $hostname (string escape --style=url -- $PWD); end;
functions -c fish_prompt __berth_prompt; function fish_prompt; __berth_prompt; printf '\e]133;B\a'; end; end
