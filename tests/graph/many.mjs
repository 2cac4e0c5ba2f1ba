// Writes 400 notes that make a graph of about 5,000 nodes: node tests/graph/many.mjs FOLDER
import { mkdirSync, writeFileSync } from "node:fs";

const folder = process.argv[2];
let seed = 7;
const below = (limit) => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return Math.floor((seed / 2 ** 32) * limit);
};
const words = "进程 线程 内存 页表 调度 缓存 索引 事务 日志 隔离 复制 分片 哈希 队列 指针 引用 闭包 协程 信号量 互斥锁 死锁 中断 套接字 握手 重传 窗口 路由 网关 代理 快照 压缩 迁移 选举 心跳 限流 熔断 降级 回滚 屏障 逃逸".split(" ");
const word = () => words[below(words.length)];
for (let note = 0; note < 400; note++) {
  const topic = `${word()}${word()}${note}`;
  let text = `# ${topic}\n\n${topic}（topic ${note}）是一种${word()}。\n`;
  for (let section = 0; section < 11; section++) {
    text += `\n## ${section + 1}. ${word()}怎么影响${word()}${note}的${word()}？\n`;
    if (below(3) === 0) continue;
    text += `\n${word()}的${word()}要靠${word()}，每次${word()}之前先${word()}，见 [另一篇](../${below(8)}/${below(400)}.md)`;
    text += below(3) === 0 ? ` 和 [[${below(400)}]]。\n` : "。\n";
  }
  mkdirSync(`${folder}/${note % 8}`, { recursive: true });
  writeFileSync(`${folder}/${note % 8}/${note}.md`, text);
}
