/* Frames: checksums, headers, and finding the next whole frame in a stream that may be damaged. */
#include "protocol.h"

#include <string.h>

static const uint8_t magic[4] = { 'D', 'K', 'F', 1 };

uint32_t crc32_of(const void *data, size_t length)
{
	static uint32_t table[256];
	const uint8_t *bytes = data;
	uint32_t crc = 0xffffffffu;
	if (!table[1])
		for (uint32_t i = 0; i < 256; i++) {
			uint32_t value = i;
			for (int bit = 0; bit < 8; bit++)
				value = value & 1 ? value >> 1 ^ 0xedb88320u : value >> 1;
			table[i] = value;
		}
	while (length--)
		crc = crc >> 8 ^ table[(crc ^ *bytes++) & 0xff];
	return ~crc;
}

static void put16(uint8_t *at, uint16_t value)
{
	memcpy(at, &value, sizeof value);
}

static void put32(uint8_t *at, uint32_t value)
{
	memcpy(at, &value, sizeof value);
}

static uint32_t get32(const uint8_t *at)
{
	uint32_t value;
	memcpy(&value, at, sizeof value);
	return value;
}

void frame_header(uint8_t *header, uint8_t type, uint8_t flags, uint32_t id, const void *payload, size_t length)
{
	memcpy(header, magic, sizeof magic);
	header[4] = type;
	header[5] = flags;
	put16(header + 6, (uint16_t)length);
	put32(header + 8, id);
	put32(header + 12, crc32_of(header, 12));
	put32(header + 16, crc32_of(payload, length));
}

/* Where the next bytes go, and how many fit. */
size_t frame_room(struct frame_reader *reader, uint8_t **at)
{
	if (reader->start == reader->end)
		reader->start = reader->end = 0;
	if (sizeof reader->bytes - reader->end < FRAME_HEADER + FRAME_PAYLOAD) {
		memmove(reader->bytes, reader->bytes + reader->start, reader->end - reader->start);
		reader->end -= reader->start;
		reader->start = 0;
	}
	*at = reader->bytes + reader->end;
	return sizeof reader->bytes - reader->end;
}

static void skip_byte(struct frame_reader *reader)
{
	if (!reader->lost)
		reader->bad++;
	reader->lost = true;
	reader->start++;
}

/* Moves to the next possible beginning of a frame. */
static void find_magic(struct frame_reader *reader)
{
	while (reader->start < reader->end) {
		size_t left = reader->end - reader->start;
		if (!memcmp(reader->bytes + reader->start, magic, left < 4 ? left : 4))
			return;
		skip_byte(reader);
	}
}

/* Answers the next whole frame; its payload is valid until the reader is given more bytes. */
bool frame_next(struct frame_reader *reader, struct frame *frame)
{
	for (;;) {
		find_magic(reader);
		const uint8_t *at = reader->bytes + reader->start;
		size_t left = reader->end - reader->start;
		if (left < FRAME_HEADER)
			return false;
		frame->type = at[4];
		frame->flags = at[5];
		memcpy(&frame->length, at + 6, sizeof frame->length);
		frame->id = get32(at + 8);
		frame->payload = at + FRAME_HEADER;
		if (frame->length > FRAME_PAYLOAD || get32(at + 12) != crc32_of(at, 12)) {
			skip_byte(reader);
			continue;
		}
		if (left < FRAME_HEADER + (size_t)frame->length)
			return false;
		if (get32(at + 16) != crc32_of(frame->payload, frame->length)) {
			skip_byte(reader);
			continue;
		}
		reader->start += FRAME_HEADER + frame->length;
		reader->lost = false;
		return true;
	}
}

/* The rest of a frame has not come for too long: what was kept of it is damage. */
void frame_give_up(struct frame_reader *reader)
{
	if (reader->start < reader->end)
		skip_byte(reader);
}
