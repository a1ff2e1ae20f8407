export const minutesFrom = (time: Date, minutes: number): Date => new Date(time.getTime() + minutes * 60_000);
