"""What the page of the interface calls the addresses, in both languages."""

from __future__ import annotations

from typing import Final

from reviewgraph.errors import Words

TAGS: Final = {
    "questions": Words("คำถามที่มีคำตอบ", "Questions with answers"),
    "SPARQL": Words("SPARQL", "SPARQL"),
    "search": Words("ค้นหา", "Search"),
    "entities": Words("สิ่งต่าง ๆ ในข้อมูล", "Things"),
    "downloads": Words("ไฟล์ให้ดาวน์โหลด", "Downloads"),
    "vocabulary": Words("คำศัพท์", "Vocabulary"),
    "pictures": Words("ภาพ", "Pictures"),
    "explorer": Words("สำรวจกราฟ", "Explorer"),
    "reconciliation": Words("จับคู่ข้อมูล (OpenRefine)", "Reconciliation (OpenRefine)"),
    "graphs": Words("กราฟ", "Graphs"),
    "rules": Words("กฎและรายงานการตรวจ", "Rules and the report"),
    "releases": Words("รุ่นและการเปลี่ยนแปลง", "Releases and changes"),
    "discovery": Words("คำอธิบายสำหรับเครื่อง", "Descriptions for machines"),
    "site": Words("เว็บนี้", "The site"),
}
"""The parts of the page, in their order."""

SUMMARIES: Final = {
    summary: Words(thai, english or summary)
    for summary, thai, english in (
        (
            "What this dataset is, what is in it, what it can answer",
            "ข้อมูลชุดนี้คืออะไร มีอะไร และตอบอะไรได้",
            "",
        ),
        ("Browse", "สิ่งที่อยู่ในชั้นหนึ่ง ๆ ทีละหน้า", "The instances of a class"),
        ("Health", "เว็บนี้ตอบได้หรือไม่", "Whether the site can answer"),
        ("Identify", "สิ่งหนึ่ง: ชี้ไปยังเอกสารของสิ่งนั้น (303)", "A thing: 303 to its document"),
        ("Document", "เอกสารของสิ่งหนึ่ง ในทุกรูปแบบ", "The document of a thing, in every format"),
        ("Figure", "ภาพที่มุมมองหนึ่งวาดของสิ่งหนึ่ง", "The picture that a view draws of a thing"),
        ("Answer", "กราฟตามชื่อ (Graph Store Protocol)", "Named graphs (Graph Store Protocol)"),
        ("The questions", "คำถามทั้งหมด", ""),
        ("The JSON-LD context", "บริบท JSON-LD", ""),
        ("The dataset", "ข้อมูลทั้งชุด", ""),
        ("SHA256SUMS", "ค่า SHA-256 ของไฟล์", "The SHA-256 of the files"),
        ("manifest.json", "รายการไฟล์ของรุ่น", "The manifest of the release"),
        ("VoID description", "คำอธิบายชุดข้อมูลแบบ VoID", ""),
        ("DCAT catalogue", "คำอธิบายชุดข้อมูลแบบ DCAT", ""),
        ("Every page, for crawlers", "ทุกหน้า สำหรับโปรแกรมเก็บข้อมูล", ""),
        ("What crawlers may read", "สิ่งที่โปรแกรมเก็บข้อมูลอ่านได้", ""),
        ("What is here, for language models", "มีอะไรที่นี่ สำหรับโมเดลภาษา", ""),
        ("How to cite the release", "วิธีอ้างอิงรุ่นนี้", ""),
        (
            "The record for Thai government data catalogues (CKAN thai_gdc)",
            "ระเบียนสำหรับบัญชีข้อมูลภาครัฐ (CKAN thai_gdc)",
            "",
        ),
        ("The gate's own rules", "กฎของด่านตรวจเอง", ""),
        ("One of the gate's own rules", "กฎข้อหนึ่งของด่านตรวจเอง", ""),
        ("The rules that every release has passed", "กฎที่ทุกรุ่นผ่านมาแล้ว", ""),
        (
            "A rule: what it demands, why, and what keeps and breaks it",
            "กฎข้อหนึ่ง: เรียกร้องอะไร เพราะอะไร อะไรถูกและอะไรผิด",
            "",
        ),
        ("What the gate found in this release", "สิ่งที่ด่านตรวจพบในรุ่นนี้", ""),
        ("What is published, and what was before", "รุ่นที่เผยแพร่อยู่และรุ่นก่อนหน้า", ""),
        (
            "A release by its name, or by the beginning of it",
            "รุ่นหนึ่งตามชื่อ หรือส่วนต้นของชื่อ",
            "",
        ),
        (
            "What changed from release to release (Atom)",
            "สิ่งที่เปลี่ยนจากรุ่นหนึ่งไปอีกรุ่น (Atom)",
            "",
        ),
        ("Timegate", "ที่อยู่หนึ่ง ณ เวลาหนึ่ง (Memento)", "An address at a time (Memento)"),
        ("Timemap", "ทุกเวลาของที่อยู่หนึ่ง (Memento)", "All times of an address (Memento)"),
        ("Things by their names", "สิ่งต่าง ๆ ตามชื่อ", ""),
        (
            "Prefixes, classes and properties with labels and counts",
            "คำนำหน้า ชั้น และคุณสมบัติ พร้อมชื่อและจำนวนที่ใช้",
            "",
        ),
        ("Things and what joins them", "สิ่งต่าง ๆ และสิ่งที่เชื่อมกัน", ""),
        ("Names matched with things", "จับคู่ชื่อกับสิ่งในข้อมูล", ""),
        (
            "Things, types or properties by the beginning of a name",
            "สิ่ง ชั้น หรือคุณสมบัติ ตามส่วนต้นของชื่อ",
            "",
        ),
        ("A thing, type or property in a few words", "สิ่ง ชั้น หรือคุณสมบัติ โดยย่อ", ""),
        ("Properties whose values can be asked for", "คุณสมบัติที่ขอค่าได้", ""),
        ("A thing in a small page, to be framed", "สิ่งหนึ่งในหน้าเล็ก สำหรับแสดงในกรอบ", ""),
        ("SPARQL 1.1 Query", "คำค้น SPARQL 1.1", ""),
        ("The named graphs", "กราฟตามชื่อ", ""),
        ("What programs can ask for, as a page", "สิ่งที่โปรแกรมขอได้ เป็นหน้าเว็บ", ""),
    )
}
"""The summaries of the OpenAPI document; one that says little is told better in English too."""
