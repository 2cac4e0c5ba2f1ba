//! Markdown as events with byte ranges: CommonMark with tables, footnotes, math and wiki links.
