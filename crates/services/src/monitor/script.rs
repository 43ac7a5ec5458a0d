//! The script that reads a host. It travels on the standard input of `sh`, so that the login shell (bash, fish, csh,
//! busybox) never has to read it, and nothing is installed. It uses nothing that dash or busybox lacks.
//!
//! It reads when it is told to: each further line of its input is a round, and names what is read beside the cheap parts. So
//! nothing sleeps on the host, a slow host is not asked faster than it answers, and the script ends with its channel,
//! because `read` comes to the end of its input. Each part begins with a mark that nothing on the host can guess, on a line of
//! its own whatever a profile or a program wrote before it.

use bytes::Bytes;

/// What a round reads beside the cheap parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Extras {
    /// How full the file systems are.
    pub(super) filesystems: bool,
    /// Graphics processors.
    pub(super) gpus: bool,
}

impl Extras {
    /// The line that asks for a round.
    pub(super) fn line(self) -> Bytes {
        Bytes::from_static(match (self.filesystems, self.gpus) {
            (false, false) => b"-\n",
            (true, false) => b"f\n",
            (false, true) => b"g\n",
            (true, true) => b"fg\n",
        })
    }
}

/// The script with a mark in it, of letters, digits, `@` and `-`.
///
/// All of it is one function that is called at its end: a shell that reads its input by the block has the whole of it before
/// it says that it is ready, and only then do further lines come. What runs in a round has another standard input,
/// lest it eats the lines. A file system or a driver that hangs is given up after five seconds where `timeout` exists.
pub(super) fn script(mark: &str) -> Bytes {
    Bytes::from(SCRIPT.replace("@MARK@", mark))
}

const SCRIPT: &str = r#"exec 2>/dev/null
LC_ALL=C
export LC_ALL
mark() { printf '\n%s\n' "@MARK@ $*"; }
round() {
  mark uptime; cat /proc/uptime
  mark stat; grep '^cpu' /proc/stat
  mark meminfo; cat /proc/meminfo
  mark loadavg; cat /proc/loadavg
  mark net; cat /proc/net/dev
  mark disks; cat /proc/diskstats
  set -- /proc/[0-9]*
  mark processes; printf '%s\n' "$#"
  case $parts in *f*) mark df; $limit $df ;; esac
  case $parts in *g*) gpus ;; esac
  mark end
}
gpus() {
  case $found in *nvidia*)
    mark nvidia
    $limit nvidia-smi --format=csv,noheader,nounits --query-gpu=index,uuid,name,utilization.gpu,memory.total,memory.used,temperature.gpu,power.draw,power.limit,fan.speed
    mark nvidia-apps
    $limit nvidia-smi --format=csv,noheader,nounits --query-compute-apps=gpu_uuid,pid,process_name,used_memory
  esac
  case $found in *rocm*)
    mark rocm
    $limit rocm-smi --showproductname --showuse --showmeminfo vram --showtemp --showpower --showpids --json
  esac
}
monitor() {
  if [ ! -r /proc/stat ] || [ ! -r /proc/meminfo ]; then
    mark unsupported "$(uname -s)"
    return
  fi
  limit=
  if timeout 5 true; then limit='timeout 5'; fi
  df='df -kP'
  if df -kPl / > /dev/null; then df='df -kPl'; fi
  found=
  if command -v nvidia-smi > /dev/null; then found=nvidia; fi
  if command -v rocm-smi > /dev/null; then found="$found rocm"; fi
  mark ready $found
  while read -r parts; do round < /dev/null; done
}
monitor
"#;

#[cfg(test)]
#[path = "script_tests.rs"]
mod tests;
