/** Reads WAV files of 8-bit mono PCM, byte by byte as the format says; throws for anything else. */

export interface Sound {
  rate: number;
  seconds: number;
  /** How loud it is from one second to another: the mean distance from silence, 0 to 128. */
  loudness(from: number, until: number): number;
  /** Changes of sign a second there: twice the pitch of a tone. */
  crossings(from: number, until: number): number;
}

export function soundIn(file: Buffer): Sound {
  const word = (at: number) => file.toString('ascii', at, at + 4);
  const facts = [
    word(0),
    word(8),
    word(12),
    word(36),
    file.readUInt16LE(20),
    file.readUInt16LE(22),
    file.readUInt16LE(34),
  ];
  if (facts.join(' ') !== 'RIFF WAVE fmt  data 1 1 8') throw new Error(`No 8-bit mono PCM: ${facts.join(' ')}`);
  if (file.readUInt32LE(4) !== file.length - 8) throw new Error('The file is not as long as it says.');
  const rate = file.readUInt32LE(24);
  const size = file.readUInt32LE(40);
  if (size !== file.length - 44 || file.readUInt32LE(28) !== rate)
    throw new Error('The sound is not as long as it says.');
  const part = (from: number, until: number) =>
    [...file.subarray(44 + Math.round(from * rate), 44 + Math.round(until * rate))].map((sample) => sample - 128);
  return {
    rate,
    seconds: size / rate,
    loudness(from, until) {
      const samples = part(from, until);
      return samples.reduce((sum, sample) => sum + Math.abs(sample), 0) / Math.max(1, samples.length);
    },
    crossings(from, until) {
      const samples = part(from, until).filter((sample) => sample !== 0);
      return samples.filter((sample, index) => index > 0 && sample > 0 !== (samples[index - 1] ?? 0) > 0).length;
    },
  };
}
