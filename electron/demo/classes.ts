/** The seventeen classes of the drawn set: the contest's numbers and names, with their Korean names and groups. */

export type DemoGroup = 'DOC' | 'ID_CERT' | 'CAR';

export interface DemoClass {
  /** `target` in the tables, 0-16. */
  id: number;
  /** The contest's name, its spelling kept. */
  name: string;
  korean: string;
  group: DemoGroup;
  /** Training images of 1,570: the classes' weights at any size. */
  weight: number;
}

const row = (id: number, name: string, korean: string, group: DemoGroup = 'DOC', weight = 100): DemoClass => ({
  id,
  name,
  korean,
  group,
  weight,
});

export const DEMO_CLASSES: readonly DemoClass[] = [
  row(0, 'account_number', '계좌번호'),
  row(1, 'application_for_payment_of_pregnancy_medical_expenses', '건강보험 임신·출산 진료비 지급 신청서', 'DOC', 46),
  row(2, 'car_dashboard', '자동차 계기판', 'CAR'),
  row(3, 'confirmation_of_admission_and_discharge', '입퇴원 확인서'),
  row(4, 'diagnosis', '진단서'),
  row(5, 'driver_lisence', '운전면허증', 'ID_CERT'),
  row(6, 'medical_bill_receipts', '진료비 영수증'),
  row(7, 'medical_outpatient_certificate', '통원진료 확인서'),
  row(8, 'national_id_card', '주민등록증', 'ID_CERT'),
  row(9, 'passport', '여권', 'ID_CERT'),
  row(10, 'payment_confirmation', '진료비 납입 확인서'),
  row(11, 'pharmaceutical_receipt', '약제비 영수증'),
  row(12, 'prescription', '처방전'),
  row(13, 'resume', '이력서', 'DOC', 74),
  row(14, 'statement_of_opinion', '소견서', 'DOC', 50),
  row(15, 'vehicle_registration_certificate', '자동차 등록증', 'ID_CERT'),
  row(16, 'vehicle_registration_plate', '자동차 번호판', 'CAR'),
];

/**
 * Which class a wrong label names, with weights: look-alikes first. The medical certificates (3, 7, 4, 14) form the
 * cluster in which the contest's own corrections lay; the other rows are milder.
 */
export const CONFUSIONS: Readonly<Record<number, readonly (readonly [number, number])[]>> = {
  0: [
    [10, 1],
    [6, 1],
  ],
  1: [
    [12, 1],
    [10, 1],
  ],
  2: [[16, 1]],
  3: [
    [7, 6],
    [14, 2],
    [4, 2],
  ],
  4: [
    [14, 6],
    [3, 2],
    [7, 2],
  ],
  5: [
    [8, 3],
    [9, 1],
  ],
  6: [
    [10, 3],
    [11, 3],
  ],
  7: [
    [3, 6],
    [14, 2],
    [4, 2],
  ],
  8: [
    [5, 3],
    [9, 1],
  ],
  9: [
    [8, 1],
    [5, 1],
  ],
  10: [
    [6, 3],
    [11, 2],
  ],
  11: [
    [6, 3],
    [10, 2],
  ],
  12: [
    [11, 1],
    [6, 1],
  ],
  13: [
    [1, 1],
    [4, 1],
  ],
  14: [
    [4, 6],
    [7, 2],
    [3, 1],
  ],
  15: [
    [12, 1],
    [1, 1],
  ],
  16: [[2, 1]],
};

/** How much likelier than any other image one of this class is to carry a wrong label. */
export const NOISE_WEIGHT: Readonly<Record<number, number>> = { 3: 8, 7: 8, 4: 5, 14: 6, 6: 2, 10: 2, 11: 2 };
