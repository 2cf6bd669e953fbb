// Whether the colours of a scale can be seen and told apart, also by people who see colours differently.

type Rgb = [number, number, number];

export function parse(hex: string): Rgb {
  const n = Number.parseInt(hex.slice(1), 16);
  return [(n >> 16) & 255, (n >> 8) & 255, n & 255];
}

const linear = (value: number) => {
  const c = value / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
};

function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map(linear) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast as WCAG has it, 1 to 21. */
export function contrast(a: string, b: string): number {
  const [x, y] = [luminance(parse(a)), luminance(parse(b))].sort((one, two) => two - one) as [number, number];
  return (x + 0.05) / (y + 0.05);
}

// How colours look to people without one of the three kinds of cones: Machado, Oliveira and Fernandes, 2009, at full strength, on linear RGB.
const SIGHTS: Record<'protan' | 'deutan' | 'tritan', number[][]> = {
  protan: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deutan: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritan: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};

/** A colour in CIE Lab, where distances are as people see them. */
function lab(rgb: Rgb, sight?: keyof typeof SIGHTS): Rgb {
  let [r, g, b] = rgb.map(linear) as Rgb;
  if (sight) {
    const seen = SIGHTS[sight].map((row) => Math.min(1, Math.max(0, (row[0] as number) * r + (row[1] as number) * g + (row[2] as number) * b)));
    [r, g, b] = seen as Rgb;
  }
  const x = (0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047;
  const y = 0.2126729 * r + 0.7151522 * g + 0.072175 * b;
  const z = (0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883;
  const f = (value: number) => (value > 216 / 24389 ? Math.cbrt(value) : (841 / 108) * value + 4 / 29);
  return [116 * f(y) - 16, 500 * (f(x) - f(y)), 200 * (f(y) - f(z))];
}

/** How far apart two colours are, to the eye that tells them apart worst. */
export function distance(a: string, b: string): number {
  const sights: (keyof typeof SIGHTS | undefined)[] = [undefined, 'protan', 'deutan', 'tritan'];
  return Math.min(
    ...sights.map((sight) => {
      const [one, two] = [lab(parse(a), sight), lab(parse(b), sight)];
      return Math.hypot(one[0] - two[0], one[1] - two[1], one[2] - two[2]);
    }),
  );
}
