#!/usr/bin/env python3
"""Records what real programs write to a terminal: NAME.bin, and sizes in streams.json beside this file.

The streams are committed; run this again to replace them. Needs root, bash, vim, htop, less, man, tmux. Each script is a list of
steps: a text is typed, a number is a pause in seconds, a pair is a new size.
"""
import fcntl, json, os, pty, random, select, signal, struct, sys, tempfile, termios, time

HERE = os.path.dirname(os.path.abspath(__file__))
LARGEST = 64 * 1024
ESC = "\x1b"


def resize(fd, cols, rows):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))


def read_for(fd, seconds, out):
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        if select.select([fd], [], [], left)[0]:
            try:
                out += os.read(fd, 65536)
            except OSError:
                return


def record(argv, size, steps, home):
    pid, fd = pty.fork()
    if pid == 0:
        env = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "HOME": home, "PATH": os.environ["PATH"], "SHELL": "/bin/bash",
               "TMUX_TMPDIR": home, "COLORTERM": "truecolor"}
        time.sleep(0.1)
        os.chdir(home)
        # With no other process and no name of this machine in sight.
        alone = ["unshare", "-muipf", "--mount-proc", "--kill-child", "sh", "-c", 'hostname host; exec "$@"', "-"]
        os.execvpe(alone[0], alone + argv, env)
    resize(fd, *size)
    out, resizes = bytearray(), []
    read_for(fd, 0.8, out)
    for step in steps:
        if isinstance(step, str):
            os.write(fd, step.encode())
            read_for(fd, 0.25, out)
        elif isinstance(step, tuple):
            resizes.append([len(out), *step])
            resize(fd, *step)
            read_for(fd, 0.5, out)
        else:
            read_for(fd, step, out)
    read_for(fd, 0.3, out)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(fd)
    return bytes(out[:LARGEST]), [r for r in resizes if r[0] < LARGEST]


def programs(home):
    code = os.path.join(home, "lines.py")
    with open(__file__) as this, open(code, "w") as copy:
        copy.write(this.read())
    with open(os.path.join(home, ".vimrc"), "w") as rc:
        rc.write("syntax on\nset noswapfile nocompatible number ruler hlsearch incsearch mouse=a t_RV= title\n")
    with open(os.path.join(home, ".bashrc"), "w") as rc:
        rc.write("PS1='\\[\\e]0;\\u: \\w\\a\\]\\[\\e[01;32m\\]user@host\\[\\e[00m\\]:\\[\\e[01;34m\\]\\w\\[\\e[00m\\]\\$ '\n")
    sh = ["bash", "-i"]
    yield "bash", sh, (80, 24), [
        "echo one two thr\x1b[D\x1b[Dx\r", "ls --color=always -la /usr/lib | head -40\r", "\x12echo\x1b[C\r",
        "for i in $(seq 60); do printf '\\e[3%dm%s\\e[0m ' $((i%8)) $i; done\r", "a very long line that " * 9 + "\x01\x0b\x19\x15",
        (60, 24), "seq 30\r", "clear\r", (100, 30), "printf 'a\\tb\\tc\\n'\r"]
    yield "vim", ["vim", code], (80, 24), [
        "\x06\x06\x02", "/def\r", "nnn", ":vsplit\r", ":set cursorline\r", "ggVG10>", "u", "ofi new text 漢字 é\x1b",
        (100, 30), ":split\r", "\x17j", "50%", "v10j", "\x1b", ":help\r", "\x06", (80, 24), ":q\r", "iinserting"]
    yield "vim-quit", ["bash", "-ic", f"seq 40; vim {code}; seq 5; vim -c q; echo -e '\\e[31mafter'; sleep 9"], (80, 24), [
        "\x06", ":set nu!\r", ":q!\r", 0.5]
    yield "htop", ["htop", "-d", "3"], (90, 25), [1.0, "t", 0.5, (110, 30), "\x1b[B\x1b[B", "/ba", ESC, 0.5, "F", "?", 0.5]
    yield "less", ["less", "-N", code], (72, 20), ["ffff", "/record\r", "n", "n", "G", "kkkk", "b", "h", 0.3, "q", (90, 20), "g"]
    yield "man", ["bash", "-ic", "seq 30; man bash; echo done; sleep 9"], (80, 24), [0.6, "   ", "/readline\r", "nnn", (66, 24), " ", "q"]
    yield "tmux", ["tmux", "-f", "/dev/null", "-L", "stream", "new", "bash --norc"], (100, 30), [
        0.5, "ls -la --color=always /etc | head -30\r", "\x02%", "seq 200\r", '\x02"', "top -d 1\r", 1.2, "\x02o", "echo 漢字 😀\r",
        (80, 24), "\x02z", "\x02[", "\x1b[5~", "q", "\x02d", 0.3]
    yield "tmux-kept", ["tmux", "-f", "/dev/null", "-L", "stream2", "new", "bash --norc"], (80, 24), [
        0.5, "seq 50\r", '\x02"', "printf '\\e[4:3mcurly\\e[0m \\e[9mstruck\\e[0m\\n'\r"]


APT = """
rows=$(tput lines)
printf '\\n\\e7\\e[0;%dr\\e8\\e[1A' $((rows-1))
for i in $(seq 0 4 100); do
  printf 'Setting up package-%d (1.2.%d) ...\\r\\n' $i $i
  printf '\\e7\\e[%d;0f\\e[42m\\e[30mProgress: [%3d%%]\\e[49m\\e[39m [%s%s] \\e8' $rows $i $(printf '#%.0s' $(seq 0 $((i/4)))) $(printf '.%.0s' $(seq 0 $((25-i/4))))
done
printf '\\n\\e7\\e[0;%dr\\e8\\e[1A\\e[J' $rows
for i in $(seq 0 5 100); do printf '\\r\\e[K%3d%% |%-20s| eta 0:%02d' $i $(printf '█%.0s' $(seq 0 $((i/5)))) $((100-i)); done
echo; sleep 9
"""


def written():
    """What no program at hand writes."""
    wide = "漢字かな交じり文、한국어 텍스트。ｆｕｌｌｗｉｄｔｈ ascii 混在 mixed\r\n"
    emoji = "😀 👍🏽 👨‍👩‍👧‍👦 🇫🇷 ❤️ ☕ é (e\u0301) नमस्ते שלום ไทย 🏳️‍🌈 1️⃣ \u200bzero\r\n"
    text = "".join(f"{ESC}[3{n % 8}m{n:3} {wide}{ESC}[0m{emoji}" + (wide.strip() + " ") * (n % 4) + "\r\n" for n in range(24))
    yield "wide", text.encode(), (50, 20), []
    pixels = "#0;2;0;0;0#1;2;100;0;0" + "".join("#1!24~-" for _ in range(6))
    images = "".join([
        "before\r\n", f"{ESC}Pq{pixels}{ESC}\\\r\n", "between\r\n",
        f"{ESC}]1337;File=inline=1;size=600;name=YQ==:{'iVBORw0KGgo' * 60}\x07\r\n",
        f"{ESC}_Ga=T,f=24,s=10,v=2,m=1;{'AAAA' * 1000}{ESC}\\{ESC}_Gm=0;{'AAAA' * 900}{ESC}\\\r\n",
        f"{ESC}Pq{pixels * 40}{ESC}\\", "after\r\n"])
    yield "images", (images * 3).encode(), (80, 24), []
    dice = random.Random(7)
    pieces = [bytes(dice.randrange(128, 256) for _ in range(dice.randrange(1, 9))) if dice.random() < .5
              else dice.choice([b"plain text ", b"\r\n", "漢".encode()[:2], b"\x1b[1;3", b"4m", "😀".encode()[:3], b"\x1b]0;ti\xfft\x07",
                                b"\x1b[H", b"\xc2", b"\x1b[38;2;10;20;30m", b"\xc3\x28", b"\xe2\x82", b"\xf0\x9f\x98", b"\x1b[0m"])
              for _ in range(1500)]
    yield "broken", b"".join(pieces), (60, 20), []
    modes = [f"{ESC}[?1049h{ESC}[2;10r{ESC}[?1000;1006;1004;2004;1h{ESC}=", f"{ESC}(0lqqk{ESC}(B", f"{ESC}[3 q{ESC}[?25l",
             f"{ESC}]2;a title{ESC}\\{ESC}[22;0t{ESC}]2;another\x07", f"{ESC}[?6h{ESC}[2;3Horigin{ESC}[4hinsert{ESC}[4l",
             f"{ESC}[3g{ESC}[5G{ESC}H{ESC}[20G{ESC}H\r\tat five\tat twenty", f"{ESC}7{ESC}[31;1m{ESC}[5;5Hsaved",
             f"{ESC}[?7l" + "no wrap " * 20 + f"{ESC}[?7h", f"{ESC}8restored", f"{ESC})0\x0eqqq\x0f", f"{ESC}[?2026h synchronized",
             f"{ESC}[4:3mcurly{ESC}[21mdouble{ESC}[58:5:1mcolour{ESC}[53mover{ESC}[8mhidden{ESC}[0m",
             f"{ESC}]8;;https://example.org/\x07link{ESC}]8;;\x07", f"{ESC}[2;3;4;5;7;9mall{ESC}[0m", f"{ESC}[>1u{ESC}[>4;2m",
             f"{ESC}[?1049l back", f"{ESC}[?6l{ESC}[r", f"{ESC}[!p", f"{ESC}[20htwenty\nlf{ESC}[20l", f"{ESC}[?1002h{ESC}[?1016h",
             f"{ESC}[5;1H{ESC}[2L{ESC}[3M{ESC}[4P{ESC}[3@{ESC}[2X{ESC}[2S{ESC}[T", f"{ESC}#8", f"{ESC}[44m{ESC}[K{ESC}[2;2H{ESC}[1J{ESC}[0m"]
    yield "modes", "".join(modes * 2).encode(), (80, 24), [[700, 70, 20]]


def main():
    table = []
    def keep(name, data, size, resizes):
        with open(os.path.join(HERE, f"{name}.bin"), "wb") as file:
            file.write(data)
        table.append({"name": name, "cols": size[0], "rows": size[1], "resizes": resizes})
        print(f"{name}: {len(data)} bytes", file=sys.stderr)
    with tempfile.TemporaryDirectory() as home:
        for name, argv, size, steps in programs(home):
            keep(name, *(lambda got: (got[0], size, got[1]))(record(argv, size, steps, home)))
        keep("apt", *(lambda got: (got[0], (80, 24), got[1]))(record(["bash", "-c", APT], (80, 24), [1.5], home)))
    for name, data, size, resizes in written():
        keep(name, data[:LARGEST], size, resizes)
    with open(os.path.join(HERE, "streams.json"), "w") as file:
        file.write("[\n" + ",\n".join("  " + json.dumps(entry) for entry in table) + "\n]\n")


main()
