//! Completion among many notes: what a list costs, while one types on and when one begins anew.
//!
//! `cargo bench --bench complete` prints, for vaults of 100 and of 10,000 notes with ten headings each, the time of a list (half
//! and 95 of 100 of them) for references typed letter by letter, with what was found before remembered and without.
//! Then the search of all headings, for each query with how many names it read. `-- 50000` takes another count of notes,
//! `-- each` says how long each list and each search took, `-- generated` takes the notes of the other benchmarks.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark makes its own files and prints what it measured"
)]

#[path = "../support/generate.rs"]
mod generate;
#[path = "../support/heap.rs"]
mod heap;
#[path = "../support/measure.rs"]
mod measure;

use std::sync::Arc;
use std::time::Duration;

use generate::Random;
use measure::{median, time};
use studymark::config::Config;
use studymark::features::completion::{LIMIT, Memo, Request, complete};
use studymark::note::Note;
use studymark::path::NotePath;
use studymark::syntax::Tree;
use studymark::syntax::context::Context;
use studymark::text::Buffer;
use studymark::vault::glossary::Glossary;
use studymark::vault::seek::Query;
use studymark::vault::{Root, Scope, Vault};

const WORDS: &[&str] = &[
    "消息",
    "队列",
    "共享",
    "内存",
    "信号",
    "进程",
    "线程",
    "调度",
    "索引",
    "事务",
    "隔离",
    "日志",
    "复制",
    "分片",
    "哈希",
    "闭包",
    "协程",
    "死锁",
    "中断",
    "缓存",
    "握手",
    "重传",
    "窗口",
    "路由",
    "代理",
    "负载",
    "均衡",
    "垃圾",
    "回收",
    "逃逸",
    "分析",
    "屏障",
    "标记",
    "微服务",
    "架构",
    "容器",
    "编排",
    "一致性",
    "TCP",
    "HTTP",
    "gRPC",
    "etcd",
    "kube-proxy",
    "Redis",
    "MySQL",
    "slice",
    "channel",
    "mutex",
    "raft",
    "GC",
];

/// References as they are typed; each is asked for after each letter.
const TYPED: &[&str] = &[
    "[[xxdl",
    "[[xiaoxidl",
    "[[消息队列",
    "[[tcpws",
    "[[kubeproxy",
    "[[etcdrft",
    "[[mysqlsy",
    "[[zzzz",
    "[a](##tyfx",
    "[a](jc",
    "[[gc hs",
    "[[wfw",
];

/// What headings are sought by, each from nothing.
const SOUGHT: &[&str] = &[
    "s",
    "p",
    "sched",
    "页表",
    "Note 7",
    "gorou",
    "事务",
    "queue of",
    "笔记",
    "heap",
    "sjk",
    "术语",
    "closure",
    "zzzz",
    "xtdy",
    "dddd",
    "fzjh",
    "smsjc",
    "锁 的",
    "事务 锁 页表",
    "什么 rizhi",
    "kubeproxy",
    "tcpws",
    "gc hs mysql",
    "1",
    "xyqz",
];

/// The most headings that are wanted, as in the server.
const SEARCH_LIMIT: usize = 200;

/// How often each is asked for; the middle time counts, since other work on the machine comes in between.
const ROUNDS: usize = 7;

#[global_allocator]
static HEAP: heap::Heap = heap::Heap;

fn main() {
    println!(
        "| notes | headings | a letter more, p50 | p95 | slowest | from nothing, p50 | p95 | all names made ready |"
    );
    println!("|-|-|-|-|-|-|-|-|");
    let arguments: Vec<String> = std::env::args().collect();
    let only = arguments.iter().find_map(|argument| argument.strip_prefix("only="));
    let each = arguments.iter().any(|argument| argument == "each");
    let given: Vec<usize> = arguments.iter().filter_map(|argument| argument.parse().ok()).collect();
    for count in if given.is_empty() { vec![100, 10_000] } else { given } {
        let vault = if arguments.iter().any(|argument| argument == "generated") {
            generated(count)
        } else {
            vault(count)
        };
        let glossary = Glossary::default();
        let names = time(|| Memo::default().prepare(&vault));
        // For each beginning of a reference the times of all rounds.
        let (mut on, mut anew) = (Vec::new(), Vec::new());
        let (mut beginnings, mut cpu) = (Vec::new(), Vec::new());
        let (mut memo, mut forgetful) = (Memo::default(), Memo::default());
        memo.prepare(&vault);
        forgetful.prepare(&vault);
        for round in 0..if only.is_some() { 20 * ROUNDS } else { ROUNDS } {
            let mut place = 0;
            for typed in TYPED.iter().filter(|typed| only.is_none_or(|only| typed.contains(only))) {
                memo.begin_anew();
                let start = typed.rfind(['[', '(', '#']).unwrap_or(0) + 1;
                for (at, c) in typed[start..].char_indices() {
                    let typed = &typed[..start + at + c.len_utf8()];
                    if round == 0 {
                        on.push(Vec::new());
                        anew.push(Vec::new());
                        beginnings.push(typed);
                        cpu.push([Duration::ZERO; 2]);
                    }
                    let before = worked();
                    on[place].push(time(|| list(&vault, &glossary, typed, &mut memo)));
                    cpu[place][0] += worked() - before;
                    forgetful.begin_anew();
                    let before = worked();
                    anew[place].push(time(|| list(&vault, &glossary, typed, &mut forgetful)));
                    cpu[place][1] += worked() - before;
                    place += 1;
                }
            }
        }
        let middles = |times: Vec<Vec<Duration>>| times.into_iter().map(median).collect();
        let (on, anew): (Vec<Duration>, Vec<Duration>) = (middles(on), middles(anew));
        let shown = beginnings.iter().zip(on.iter().zip(&anew)).zip(&cpu).filter(|_| each);
        for ((typed, (on, anew)), cpu) in shown {
            let [on_cpu, anew_cpu] = cpu.map(|cpu| cpu / ROUNDS as u32);
            println!(
                "{typed}: {on:.2?}, from nothing {anew:.2?}; of processors {on_cpu:.2?}, {anew_cpu:.2?}"
            );
        }
        let headings: usize = vault.notes().map(|note| note.headings.len()).sum();
        let (on, anew) = (Percentiles::of(on), Percentiles::of(anew));
        println!(
            "| {count} | {headings} | {:.2?} | {:.2?} | {:.2?} | {:.2?} | {:.2?} | {names:.1?} |",
            on.half, on.most, on.slowest, anew.half, anew.most
        );
        all_headings(&vault, &mut memo, each);
    }
}

/// Searches all headings.
fn all_headings(vault: &Vault, memo: &mut Memo, each: bool) {
    let names = memo.names(vault);
    let mut times = Vec::new();
    for typed in SOUGHT {
        let query = Query::new(typed);
        let mut read = 0;
        let mut search = || read = names.headings(&query, SEARCH_LIMIT, |_| true).read;
        let took = median((0..ROUNDS).map(|_| time(&mut search)).collect());
        let worked = worked();
        (0..ROUNDS).for_each(|_| _ = names.headings(&query, SEARCH_LIMIT, |_| true));
        let worked = (self::worked() - worked) / ROUNDS as u32;
        if each {
            println!("{typed}: {took:.2?}, {worked:.2?} of processors, {read} names read");
        }
        times.push(took);
    }
    let Percentiles { half, most, slowest } = Percentiles::of(times);
    println!("all headings sought: p50 {half:.2?}, p95 {most:.2?}, slowest {slowest:.2?}");
}

/// The whole of a request but for the protocol: the note as it is typed in, its context, the list.
fn list(vault: &Vault, glossary: &Glossary, typed: &str, memo: &mut Memo) -> usize {
    let path = NotePath::new("/f0/n0.md");
    let text = format!("# 笔记\n\n见 {typed}\n\n## 后面\n\n文。\n");
    let offset = text.find(typed).unwrap_or(0) + typed.len();
    let note = Arc::new(Note::read(path, text));
    let mut vault = vault.clone();
    vault.insert(Arc::clone(&note));
    let context = Context::at(&Buffer::new(note.text.as_str()), &mut Tree::new(), offset);
    let request = Request { vault: &vault, glossary, note: &note, context: &context, recent: &[] };
    let list = complete(&request, memo);
    assert!(list.items.len() <= LIMIT + 1, "the list is bounded");
    list.items.len()
}

/// How long all processors together worked for this process so far; nothing where that is not told.
fn worked() -> Duration {
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let of_task = |task: std::fs::DirEntry| {
        let stat = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        stat.split(' ').next()?.parse::<u64>().ok()
    };
    Duration::from_nanos(tasks.filter_map(of_task).sum())
}

struct Percentiles {
    half: Duration,
    most: Duration,
    slowest: Duration,
}

impl Percentiles {
    fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at = |part: usize| times[(times.len() - 1) * part / 100];
        Self { half: at(50), most: at(95), slowest: at(100) }
    }
}

fn root() -> Root {
    Root { path: NotePath::new("/"), scope: Scope::Folder, config: Arc::new(Config::default()) }
}

/// Notes of 5 KB with 13 headings each.
fn generated(count: usize) -> Vault {
    let mut vault = Vault::new(vec![root()]);
    for n in 0..count {
        let path = NotePath::new(&format!("/{}", generate::path(n)));
        vault.insert(Arc::new(Note::read(path, generate::note(n, count, 5_000))));
    }
    vault
}

fn vault(count: usize) -> Vault {
    let mut vault = Vault::new(vec![root()]);
    let mut random = Random::new(1);
    for number in 0..count {
        let mut text = String::new();
        for heading in 0..10 {
            let words: Vec<&str> = (0..2 + random.below(4)).map(|_| random.pick(WORDS)).collect();
            let marks = if heading == 0 { "#" } else { "##" };
            let title = words.join(if random.below(2) == 0 { "" } else { " " });
            let answer = if random.below(3) == 0 {
                ""
            } else {
                "一段回答，写得不长也不短，见 [那里](n1.md)。\n\n"
            };
            text.push_str(&format!(
                "{marks} {heading}. {title}{}\n\n{answer}",
                if random.below(3) == 0 { "？" } else { "" }
            ));
        }
        let path = NotePath::new(&format!("/f{}/n{number}.md", number % 100));
        vault.insert(Arc::new(Note::read(path, text)));
    }
    vault
}
